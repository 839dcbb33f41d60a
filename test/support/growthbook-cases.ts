import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'

const SHARED = join(__dirname, '../../../shared/conformance/growthbook')

/**
 * The file of the published cases, or the folder it is in: given, or beside the project. It is
 * never copied into it.
 */
const given = process.env.LIVEFLAG_GROWTHBOOK_CASES ?? SHARED
const file = given.endsWith('.json') ? given : join(given, 'cases.json')

export const hasCases = existsSync(file)

if (!hasCases) {
  console.warn(
    `GrowthBook conformance: ${file} is not there, so none of the published cases runs; LIVEFLAG_GROWTHBOOK_CASES can name it`,
  )
}

/** One published case: a tuple whose meaning depends on its section. */
export type Case = readonly unknown[]

const sections: Readonly<Record<string, readonly Case[]>> = hasCases
  ? (JSON.parse(readFileSync(file, 'utf8')) as Record<string, Case[]>)
  : {}

export const casesOf = (section: string): readonly Case[] => sections[section] ?? []

/** The cases of a section that are answered otherwise than they expect. */
export function faultsIn<T extends Case>(
  section: string,
  answer: (item: T) => unknown,
  expected: (item: T) => unknown,
): unknown[] {
  return (structuredClone(casesOf(section)) as T[]).flatMap((item) => {
    const [got, want] = [answer(item), expected(item)]
    return JSON.stringify(got) === JSON.stringify(want) ? [] : [{ case: item, got }]
  })
}
