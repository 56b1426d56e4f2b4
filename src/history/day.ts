const DAY = 86_400_000;

/** Days since 1970-01-01 of a calendar date. */
const dayNumber = (day: string): number => Date.parse(day) / DAY;

export const daysBetween = (from: string, to: string): number => dayNumber(to) - dayNumber(from);

/** The date so many days later, or earlier if `days` is negative. */
export const addDays = (day: string, days: number): string =>
  new Date((dayNumber(day) + days) * DAY).toISOString().slice(0, 10);

/** A number for each week, from Monday to Sunday. 1970-01-01 was a Thursday. */
export const weekNumber = (day: string): number => Math.floor((dayNumber(day) + 3) / 7);
