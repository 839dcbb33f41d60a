import { relative, sep } from 'node:path'
import { createTwoFilesPatch } from 'diff'
import { jumpsByEdit } from '../../analysis/ramp-jumps'
import { impactSteps } from '../../analysis/impact'
import { LiveflagError } from '../../core/errors'
import type { JsonValue } from '../../core/json'
import { problemText } from '../../core/problem'
import type { EntryChange } from '../../editing/change'
import { editText } from '../../editing/edit-text'
import { inSlices } from '../../runtime/time-slice'
import type { Opened, Text } from '../live-config-file'
import { comparedProblems } from '../compared-problems'
import { isUrl } from '../sources'
import { featureInput } from './inputs'
import { type Place, tool, type Z } from './tool'
import { MADE_UP, whoChanges } from './who-changes'

const MOST_CHANGES = 100
const LONGEST_TEXT = 200_000

/** One change, flat: models write it more surely than one that has another shape for each kind. */
const changeInput = (z: Z) =>
  z.strictObject({
    kind: z
      .enum(['set', 'unset', 'add', 'delete', 'rename', 'text'])
      .describe(
        'set a value; unset a key or a list item; add or delete an entry; rename it; text: replace its lines',
      ),
    feature: featureInput(z),
    path: z
      .array(z.union([z.string().max(1000), z.int().min(0)]))
      .max(50)
      .optional()
      .describe(
        'set and unset: the way into the entry, such as ["percent_loggedin"]; set without it: the whole value',
      ),
    value: z.json().optional().describe('set and add: the new value'),
    to: z.string().min(1).max(200).optional().describe('rename: the new name'),
    text: z
      .string()
      .max(LONGEST_TEXT)
      .optional()
      .describe('text: the lines of the entry, its key included'),
  })

type Given = ReturnType<ReturnType<typeof changeInput>['parse']>

export const propose = tool({
  name: 'propose',
  title: 'Propose an edit',
  description:
    'Makes an edit of the live config as a unified patch, with the problems that it brings and exactly who would get another answer. NOTHING IS WRITTEN: show the patch to a person, who applies it with git apply.',
  input: (z) => ({
    changes: z.array(changeInput(z)).min(1).max(MOST_CHANGES),
    file: z
      .string()
      .max(1000)
      .optional()
      .describe(
        'which text to edit, when there are several (default: the one that has the feature)',
      ),
  }),
  run: ({ changes, file }, place, signal) =>
    place.live.opened(async (opened) => {
      const edits = changes.map(changeOf)
      const text = textToEdit(edits, file, opened, place)
      const after = editText(text.text, text.format, edits)
      const trial = await opened.features.trial(text.name, after)
      const { features } = opened
      const { problems } = features.snapshot
      const { solved, ...compared } = comparedProblems(problems, trial.snapshot.problems)
      const jumps = jumpsByEdit(features, trial, text.name, trial.now())
      const fresh = [...compared.fresh, ...jumps]
      const isRefused = fresh.some(({ severity }) => severity === 'error')
      const impact = isRefused
        ? undefined
        : await inSlices(impactSteps(features, trial, MADE_UP), signal)
      const names = trial.snapshot.names.length
      const patch = patchOf(text, after, place)
      return {
        text: [
          after === text.text ? 'The text stays as it is.' : patch.trimEnd(),
          '',
          ...(isRefused ? [REFUSED] : []),
          ...(fresh.length === 0 ? ['It brings no problem.'] : fresh.map(problemText)),
          ...solved.map((problem) => `solved: ${problemText(problem)}`),
          '',
          ...(impact
            ? whoChanges(
                { old: text.name, new: 'as proposed', compared: names, refused: [], impact },
                place,
              )
            : []),
          '',
          'Nothing is written. To apply it, save the patch and run: git apply FILE.patch',
        ].join('\n'),
        data: { patch, refused: isRefused, problems: fresh, solved, impact: impact ?? null },
      }
    }),
})

const REFUSED =
  'DO NOT APPLY IT: what is refused below is not in force; its last good version would stay, and be off after a restart.'

function changeOf({ kind, feature: given, path, value, to, text }: Given): EntryChange {
  const feature = given.replace(/^feature_/, '')
  switch (kind) {
    case 'set':
      return { kind, feature, ...(path && { path }), value: needed(value, kind, 'value') }
    case 'add':
      return { kind, feature, value: needed(value, kind, 'value') }
    case 'unset':
      return { kind, feature, path: needed(path, kind, 'path') }
    case 'rename':
      return { kind, feature, to: needed(to, kind, 'to').replace(/^feature_/, '') }
    case 'text':
      return { kind, feature, text: needed(text, kind, 'text') }
    case 'delete':
      return { kind, feature }
  }
}

function needed<T extends JsonValue>(value: T | undefined, kind: string, member: string): T {
  if (value !== undefined) return value
  throw new LiveflagError('LIVEFLAG_BAD_OPTION', `a change of the kind ${kind} needs ${member}`)
}

function textToEdit(
  edits: readonly EntryChange[],
  file: string | undefined,
  { texts, features }: Opened,
  { live }: Place,
): Text {
  const editable = texts.filter(({ dialect }) => dialect === undefined)
  if (file !== undefined) {
    const named = editable.find(({ name }) => name === file)
    if (named) return named
    const names = editable.map(({ name }) => name).join(', ')
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `file: ${file} is none of ${names}`)
  }
  const [first] = editable
  if (first === undefined)
    throw new LiveflagError('LIVEFLAG_BAD_OPTION', `${live.path} has no text that can be edited`)
  const having = edits.flatMap(({ feature }) => {
    const source = features.describe(feature)?.source
    return editable.filter(({ name }) => name === source)
  })
  const others = having.filter(({ name }) => name !== having[0]?.name)
  if (others.length > 0)
    throw new LiveflagError(
      'LIVEFLAG_BAD_OPTION',
      `the changes are of several files (${[...new Set(having.map(({ name }) => name))].join(', ')}); propose one file at a time`,
    )
  return having[0] ?? first
}

/** The patch is applied at the root of the project. */
function patchOf({ name, text }: Text, after: string, { root }: Place): string {
  const path = isUrl(name) ? name : relative(root, name).split(sep).join('/')
  return createTwoFilesPatch(`a/${path}`, `b/${path}`, text, after).replace(/^=+\n/, '')
}
