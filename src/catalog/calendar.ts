/** Whether a text is a day that exists, as YYYY-MM-DD. Such texts compare like the days they name. */
export function isCalendarDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/** Whether a day is over; today is not. Both are YYYY-MM-DD. */
export const hasPassed = (day: string, today: string): boolean => day < today;
