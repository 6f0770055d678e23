const TIME_SPAN =
  /^(?:(?<days>\d+)\.)?(?<hours>\d{1,2}):(?<minutes>\d{1,2})(?::(?<seconds>\d{1,2}(?:\.\d{1,7})?))?$/;

/** .NET's TimeSpan, `[d.]hh:mm[:ss[.fffffff]]`, in milliseconds; undefined if the text is something else. */
export function parseTimeSpan(text: string): number | undefined {
  const parts = TIME_SPAN.exec(text)?.groups;
  if (parts === undefined) return undefined;
  const [days, hours, minutes, seconds] = [
    parts['days'],
    parts['hours'],
    parts['minutes'],
    parts['seconds'],
  ].map((part) => Number(part ?? 0));
  if (days === undefined || hours === undefined || minutes === undefined || seconds === undefined)
    return undefined;
  if (hours > 23 || minutes > 59 || seconds >= 60) return undefined;
  return Math.round((((days * 24 + hours) * 60 + minutes) * 60 + seconds) * 1000);
}
