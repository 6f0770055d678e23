import type { Habits, Scene } from './product.ts';

type Text = (scene: Scene, habits: Habits) => string;

const FILES = ['powershell.exe', 'curl.exe', 'report.docx', 'setup.msi'];

/** What text a field holds, by the words of its name. The first that fits is it, so the special stands before the general. */
const TEXTS: readonly (readonly [words: RegExp, text: Text])[] = [
  // When.
  [
    /\b(time|date|datetime|timestamp|utc|last contact|issued at|time generated)$/,
    ({ time }, habits) => habits.time(time),
  ],
  [/\b(iat|issued at)$/, ({ time }) => String(Math.floor(time / 1000))],
  [/\b(duration|ms|milliseconds|seconds)\b/, ({ random }) => String(random.integer(0, 4_000))],
  // Who.
  [
    /\b(upn|upns|principal name|email|mail|email address|mail address|from address|initiated by|recipient)$/,
    ({ person }) => person.upn,
  ],
  [/\bsids?$/, ({ person }) => person.sid],
  [/\b(login|actor|user|username|account name|user name|account)$/, ({ person }) => person.account],
  [
    /\b(user|account|sender|given|person|actor)\b.*\bdisplay name$|^(surname|identity)$/,
    ({ person }) => person.name,
  ],
  [/\b(suffix|domain|domain name|fqdn|dns name)$/, ({ tenant }) => tenant.domain],
  [/^(org|business|organization|organization name)$/, ({ tenant }) => tenant.organization],
  [/^(repo|repository|repositories)$/, ({ tenant }) => `${tenant.organization}/payroll`],
  [/\bscale unit$/, () => 'AMSUB0201'],
  // Where.
  [/\b(ip|ipv\d|ip address|address)$|\bip address\b/, ({ person }) => person.address],
  [/\bmac( address)?$/, ({ random }) => `00005E0053${random.hex(2).toUpperCase()}`], // RFC 7042
  [/\bcity$/, ({ person }) => person.place.city],
  [/\bstate or province$/, ({ person }) => person.place.state],
  [/\b(country|country code|country or region|geo location)$/, ({ person }) => person.place.country],
  [/\blatitude$/, ({ person }) => String(person.place.latitude)],
  [/\blongitude$/, ({ person }) => String(person.place.longitude)],
  [/\b(region|location)$/, ({ random }) => random.pick(['swedencentral', 'westeurope'])],
  // Which device, file, process.
  [
    /\b(device|host|computer|machine|managed device)\b.* name$|^hostname$/,
    ({ person, tenant }) => `${person.device.name}.${tenant.domain}`,
  ],
  [/\bserial( number)?$/, ({ person }) => person.device.serial],
  [/\bmodel$/, ({ person }) => person.device.model],
  [/\b(vendor|manufacturer|publisher|company name)$/, () => 'Example Computers'],
  [/\bos version\b|\b(operating system|os) build$/, ({ person }) => person.device.osVersion],
  [/\b(os|os platform|operating system|platform|os distribution)$/, ({ person }) => person.device.os],
  [/\bsha1$/, ({ random }) => random.hex(40)],
  [/\b(sha256|fingerprint|hash|head sha|content h|content p)$/, ({ random }) => random.hex(64)],
  [/\b(md5|thumbprint)$/, ({ random }) => random.hex(32)],
  [/\bcommand line$/, () => 'powershell.exe -NoProfile -File "C:\\Scripts\\report.ps1"'],
  [/\b(folder )?path$/, ({ random }) => `C:\\Program Files\\Example\\${random.pick(FILES)}`],
  [/\b(file|process|original) ?(file)? name$/, ({ random }) => random.pick(FILES)],
  [/\bregistry (key|value)\b.*/, () => 'HKEY_LOCAL_MACHINE\\SOFTWARE\\Example'],
  // What for.
  [
    /\b(url|uri|link|referrer|redirect)s?$/,
    ({ random }) => `https://www.example.com/${random.hex(6)}?q=a%20b`,
  ],
  [/^(url path|route)$/, () => '/repos/example/payroll/contents/README.md'],
  [/\buser agent$/, () => 'Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 Chrome/142.0.0.0'],
  [/\bbrowser$/, () => 'Edge 142.0'],
  [/\b(app|application|resource|service principal|client)\b.*\bname$|^application$/, ({ app }) => app.name],
  [/\bresource id$/, ({ tenant }) => `/subscriptions/${tenant.subscription}/resourceGroups/rg-edge`],
  [/\bhierarchy$/, ({ tenant }) => `${tenant.id}/${tenant.subscription}`],
  [/\bentity$/, ({ tenant }) => `/subscriptions/${tenant.subscription}/resourceGroups/rg-edge`],
  [/\b(additional|extended|raw|advanced).*|\b(fields|properties|details|tags|body|info|claims)$/, additional],
  [/\bsubscription id$/, ({ tenant }) => tenant.subscription],
  [/\btenant( id)?$|\baccount id$/, ({ tenant }) => tenant.id],
  [/\b(app|application|client) id$/, ({ app }) => app.id],
  [/\b(user|account object|object|actor|recipient object) id$/, ({ person }) => person.id],
  [/\breport id$/, ({ random }) => `${random.guid()}-${random.bigInteger(19)}`],
  [/\balert id$/, ({ random }) => `da${random.hex(32)}_1`],
  [/\bdevice id$/, ({ person }, habits) => habits.deviceOf(person.device)],
  [/\bcve id$/, ({ random }) => `CVE-${random.integer(2019, 2026)}-${random.integer(1_000, 49_999)}`],
  [/\b(id|ids|guid|uuid|identifier|key|token|oid|wids|sid)$/, ({ random }) => random.guid()],
  [/\bphone( number)?$|\bimei$|\bmeid$/, () => ''],
  [/^isp$/, () => 'Example Telecom'],
  [/^machine group$/, () => 'Workstations'],
  [/\b(identity provider|issuer)$/, ({ tenant }) => `https://sts.example.com/${tenant.id}/`],
  // How.
  [/\b(severity|impact|confidence|priority)\b/, ({ random }) => random.pick(['Low', 'Medium', 'High'])],
  [/\brisk\b.*\blevel\b|\blevel\b.*\brisk\b/, ({ random }) => random.pick(['low', 'medium', 'high'])],
  [/\brisk state$/, ({ random }) => random.pick(['atRisk', 'remediated', 'dismissed'])],
  [/\b(result|outcome|conclusion)$/, ({ random }) => random.pick(['success', 'success', 'failure'])],
  [/\b(status|state)\b/, ({ random }) => random.pick(['Active', 'Succeeded', 'Enabled'])],
  [/\bmethod$/, ({ random }) => random.pick(['GET', 'POST', 'PATCH'])],
  [/\bprotocol$/, ({ random }) => random.pick(['Tcp', 'Udp', 'Https'])],
  [/\baction( type)?$/, ({ random }) => random.pick(['Create', 'Update', 'Allow', 'Block'])],
  [/\bdirection$/, ({ random }) => random.pick(['Inbound', 'Outbound'])],
  [/\bscopes?$/, () => 'User.Read openid profile'],
  [/\broles?$/, () => 'Directory.Read.All'],
  [
    /\bversion$/,
    ({ random }) => `${random.integer(1, 10)}.${random.integer(0, 20)}.${random.integer(0, 9_999)}`,
  ],
  [
    /\b(count|number|size|port|threshold|minutes|score|code)$/,
    ({ random }) => String(random.integer(1, 500)),
  ],
  [
    /\b(subject|title|message|description|reason|justification|comment)$/,
    ({ random }) =>
      random.pick(['Quarterly review – done', 'Requested by the "service desk"', 'Größe überschritten']),
  ],
  [
    /\b(type|category|kind|class|provider|source|service|workload|origin)\b/,
    ({ random }) => random.pick(['Standard', 'System', 'User']),
  ],
  [/\bnames?$/, ({ random }) => random.pick(['payroll', 'edge', 'build-02'])],
  [/./, ({ random }) => random.pick(['Default', 'None', 'Other', 'Standard'])],
];

const known = new Map<string, Text>();

/** Text for a field whose name has these words (see `wordsOf`). */
export function plausibleText(words: string, scene: Scene, habits: Habits): string {
  let text = known.get(words);
  if (!text) {
    text = TEXTS.find(([pattern]) => pattern.test(words))?.[1] ?? (() => '');
    known.set(words, text);
  }
  return text(scene, habits);
}

/** JSON inside a string: products are fond of it. */
function additional({ random, person }: Scene): string {
  return JSON.stringify({
    Type: 'account',
    Name: person.account,
    Count: random.integer(1, 9),
    Tags: ['a "b"'],
  });
}
