#!/usr/bin/env node
import { Command } from 'commander';
import { addAuditCommand } from './commands/audit.ts';
import { addCapacityCommand } from './commands/capacity.ts';
import { addCheckCommand } from './commands/check.ts';
import { addDeadLettersCommand } from './commands/dead-letters.ts';
import { addNewCommand } from './commands/new.ts';
import { addQueryCommand } from './commands/query.ts';
import { addReplayCommand } from './commands/replay.ts';
import { addRetentionCommand } from './commands/retention.ts';
import { addSampleCommand } from './commands/sample.ts';
import { addSendCommand } from './commands/send.ts';
import { addSignInCommand } from './commands/sign-in.ts';
import { runCommand } from './run-command.ts';

const sluice = new Command('sluice')
  .description('Works with a Sluice that runs, here or in Azure, and on its categories.')
  // Before the commands are added: they take it over.
  .exitOverride()
  .addHelpText('after', '\nIn the repository: npm run --silent sluice -- <command>');

addSampleCommand(sluice);
addSendCommand(sluice);
addRetentionCommand(sluice);
addNewCommand(sluice);
addDeadLettersCommand(sluice);
addReplayCommand(sluice);
addQueryCommand(sluice);
addSignInCommand(sluice);
addAuditCommand(sluice);
addCapacityCommand(sluice);
addCheckCommand(sluice);

await runCommand(sluice);
