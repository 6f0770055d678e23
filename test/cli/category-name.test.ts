import { expect, test } from 'vitest';
import { readCategoryName } from '../../cli/new/category-name.ts';
import { SCHEMAS } from '../schemas-folder.ts';

test('a name that is free is the product and the category', () => {
  expect(readCategoryName('entra/TermsOfUseLogs', SCHEMAS)).toEqual({
    source: 'entra',
    name: 'TermsOfUseLogs',
    key: 'entra/TermsOfUseLogs',
  });
  expect(readCategoryName('unknown/badge-logs_2', SCHEMAS).name).toBe('badge-logs_2');
});

test.each([
  ['entra/SignInLogs', 'entra/SignInLogs exists already: schemas/entra/SignInLogs.schema.json.'],
  ['entra/signinlogs', 'entra/SignInLogs exists already'],
  [
    'okta/Logs',
    'okta/Logs is no <product>/<category>, such as entra/TermsOfUseLogs. The products are: activity,',
  ],
  ['entra', 'entra is no <product>/<category>'],
  ['entra/', 'entra/ is no <product>/<category>'],
  ['entra/../x', 'entra/../x is no <product>/<category>'],
  ['entra/..', '".." cannot be the name of a category: letters, digits, - and _ can, with a letter first.'],
  ['entra/Größe', '"Größe" cannot be the name of a category'],
  ['entra/a b', '"a b" cannot be the name of a category'],
  ['entra/Envelope', '"Envelope" cannot be the name of a category'],
  ['unknown/none', '"none" cannot be the name of a category'],
  [
    'entra/Devices',
    'intune has a category Devices, and its records and those of entra are told apart by name.',
  ],
  ['github/actions', 'are always github/audit, github/git or github/api: extend one of those.'],
  ['defender/AdvancedHunting-New', 'Name the table alone: defender/New.'],
])('%s is refused', (text, message) => {
  expect(() => readCategoryName(text, SCHEMAS)).toThrow(message);
});
