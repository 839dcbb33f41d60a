import { POPULATION } from '../answer-schemas'
import { FLAG, listOf, objectOf, orNull, refTo, TEXT, TIME, WHOLE } from '../schemas'

const ENTRY_DIFFS = listOf(objectOf({ feature: TEXT, before: orNull(TEXT), after: orNull(TEXT) }))

const CONFLICT = objectOf({
  isBaseLost: FLAG,
  entries: listOf(
    objectOf({
      feature: TEXT,
      base: orNull(TEXT),
      mine: orNull(TEXT),
      theirs: orNull(TEXT),
      isConflict: FLAG,
    }),
  ),
  merged: orNull(TEXT),
})

const PROPOSAL = objectOf({
  id: WHOLE,
  at: TIME,
  by: TEXT,
  reason: TEXT,
  state: { enum: ['open', 'approved', 'rejected', 'outdated'] },
  source: TEXT,
  features: listOf(TEXT),
  diff: TEXT,
  reviewedBy: orNull(TEXT),
  reviewedAt: orNull(TIME),
  comment: orNull(TEXT),
  edit: orNull(WHOLE),
})

/** What the routes of edits and proposals answer, for OpenAPI. */
export const EDIT_SCHEMAS = {
  EditPreview: objectOf({
    source: TEXT,
    hash: TEXT,
    diff: TEXT,
    text: TEXT,
    entries: ENTRY_DIFFS,
    problems: listOf({ type: 'object' }),
    isRefused: FLAG,
    impact: orNull({ type: 'object' }),
    population: orNull(POPULATION),
    conflict: orNull(CONFLICT),
    needsApproval: FLAG,
    canStage: FLAG,
  }),
  Edit: objectOf({
    id: WHOLE,
    at: TIME,
    by: orNull(TEXT),
    reason: orNull(TEXT),
    kind: { enum: ['edit', 'off', 'rollback', 'approved', 'gates', 'staged', 'outside'] },
    source: TEXT,
    entries: ENTRY_DIFFS,
    diff: TEXT,
    hashBefore: TEXT,
    hashAfter: TEXT,
    rollsBack: orNull(WHOLE),
    rolledBackBy: orNull(WHOLE),
    proposal: orNull(WHOLE),
    approvedBy: orNull(TEXT),
  }),
  Proposal: PROPOSAL,
  ProposalDetail: objectOf({ proposal: PROPOSAL, preview: orNull(refTo('EditPreview')) }),
}
