/** `2 problems`, `1 problem`; with `many`, `1 row was`, `2 rows were`. */
export const counted = (count: number, one: string, many = `${one}s`): string =>
  `${count} ${count === 1 ? one : many}`
