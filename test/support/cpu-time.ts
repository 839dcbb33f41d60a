/**
 * Milliseconds of processor time that this process has used. A test that bounds an amount of work
 * compares two of these: what other processes do meanwhile does not count.
 */
export function cpuMs(): number {
  const { user, system } = process.cpuUsage()
  return (user + system) / 1000
}
