/**
 * That a unit was seen again is written once an hour: the window of a report is as exact as that,
 * and a visitor costs no write at each request. An edit is exact: another revision is written at
 * once.
 */
export const SEEN_AGAIN_MS = 3_600_000
