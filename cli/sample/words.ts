const known = new Map<string, string>();

/** `SenderIPv4`, `sender_ipv4` and `senderIpv4` as `sender ipv4`: the words of a name, however a product joins them. */
export function wordsOf(name: string): string {
  const before = known.get(name);
  if (before !== undefined) return before;
  const words = name
    .replaceAll(/(IP|ip|Ip)v(\d)/g, 'Ipv$2')
    .replaceAll(/([a-z\d])([A-Z])/g, '$1 $2')
    .replaceAll(/([A-Z]+)([A-Z][a-z])/g, '$1 $2')
    .replaceAll(/[^A-Za-z\d]+/g, ' ')
    .trim()
    .toLowerCase();
  known.set(name, words);
  return words;
}
