/**
 * Whether a text fits a pattern in which `*` stands for any characters and `?` for one. Letters are alike in both cases. In time of
 * pattern times text at most, whatever the text: as a regular expression it could take for ever.
 */
export function wildcards(pattern: string): (text: string) => boolean {
  const wanted = pattern.toLowerCase();
  return (text) => fits(wanted, text.toLowerCase());
}

function fits(pattern: string, text: string): boolean {
  let p = 0;
  let star = -1;
  let resume = 0;
  for (let t = 0; t < text.length;) {
    if (pattern[p] === '*') {
      star = p++;
      resume = t;
    } else if (pattern[p] === '?' || pattern[p] === text[t]) {
      p++;
      t++;
    } else if (star === -1) {
      return false;
    } else {
      // The last star takes one character more.
      p = star + 1;
      t = ++resume;
    }
  }
  while (pattern[p] === '*') p++;
  return p === pattern.length;
}
