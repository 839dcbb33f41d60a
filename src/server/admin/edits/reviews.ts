import type { Preview, Proposal, ProposalDetail, ProposedEdit } from './contract'
import type { Editor, SaveResult } from './editor'
import type { FileAudit } from './file-audit'
import type { Population } from '../populations'
import { resumedNow } from '../gates/resumed-now'
import { BadEdit } from './prepare'
import { notOpen, type Proposals, type StoredProposal, textNow, viewOf } from './proposals'

export interface ReviewParts {
  readonly proposals: Proposals
  readonly editor: Editor
  /** Whom previews are about. */
  readonly population: Population
  readonly audit: Pick<FileAudit, 'look' | 'lookAt'>
  readonly now: () => number
}

/** Who reviews, and what they say. */
export interface Reviewer {
  readonly name: string
  readonly isApprover: boolean
}

/** Approves and rejects proposals, of others. */
export class Reviews {
  constructor(private readonly parts: ReviewParts) {}

  async list(state: Proposal['state'] | undefined): Promise<readonly Proposal[]> {
    await this.parts.audit.look()
    return this.parts.proposals.list(state)
  }

  /** @throws {BadEdit} where there is none */
  async detail(id: number, signal: AbortSignal): Promise<ProposalDetail> {
    await this.parts.audit.look()
    const proposal = this.found(id)
    const preview = proposal.state === 'open' ? await this.previewOf(proposal, signal) : null
    return { proposal: viewOf(proposal), preview }
  }

  /**
   * Makes the edit that is proposed.
   *
   * @throws {BadEdit} where it is not open, or the reviewer's own
   */
  approve(id: number, { name }: Reviewer, comment: string | null): Promise<SaveResult> {
    const { proposals, editor, audit } = this.parts
    return editor.saving(async () => {
      await audit.lookAt(this.found(id).source)
      const proposal = this.open(id)
      if (isSamePerson(proposal.by, name)) throw ownProposal(id)
      const { edit, feature } = await this.editOf(proposal)
      return editor.saveNow(edit, {
        kind: 'approved',
        by: proposal.by,
        reason: proposal.reason,
        rollsBack: proposal.rollsBack,
        proposal: id,
        approvedBy: name,
        ...(feature !== undefined && { feature }),
        claim: () => proposals.claim(id, comment),
      })
    })
  }

  /**
   * Rejects what another person proposes, or withdraws what the reviewer did.
   *
   * @throws {BadEdit} where it is not open, or the reviewer is neither
   */
  reject(id: number, { name, isApprover }: Reviewer, comment: string): Proposal {
    const { proposals, now } = this.parts
    const proposal = this.open(id)
    if (!isApprover && !isSamePerson(proposal.by, name))
      throw new BadEdit(403, 'forbidden', 'an approver rejects what others propose')
    return viewOf(proposals.reject(id, name, comment, now()))
  }

  private async previewOf(proposal: StoredProposal, signal: AbortSignal): Promise<Preview | null> {
    const { editor, population } = this.parts
    try {
      return await editor.preview((await this.editOf(proposal)).edit, population, signal)
    } catch (error) {
      if (error instanceof BadEdit && error.code === 'read_only') return null
      throw error
    }
  }

  /** As an edit of the file as it is now; with the feature whose ramp it resumes. */
  private async editOf(
    proposal: StoredProposal,
  ): Promise<{ readonly edit: ProposedEdit; readonly feature: string | undefined }> {
    const file = await this.parts.editor.fileOf(proposal.source)
    if (file.written().read.fatal && file.hash !== proposal.baseHash)
      throw new BadEdit(403, 'read_only', `${file.source} cannot be read now; fix it first`)
    const text = textNow(proposal, file)
    if (text === undefined) {
      this.parts.proposals.end(proposal.id)
      throw notOpen({ ...proposal, state: 'outdated' })
    }
    const { source, hash: baseHash, format } = file
    const { baseText, newText } = proposal
    const resumed =
      baseText === null || newText === null
        ? undefined
        : resumedNow(file.text, { format, baseText, newText }, this.parts.now())
    return { edit: { source, baseHash, text: resumed?.text ?? text }, feature: resumed?.feature }
  }

  private open(id: number): StoredProposal {
    const proposal = this.found(id)
    if (proposal.state !== 'open') throw notOpen(proposal)
    return proposal
  }

  private found(id: number): StoredProposal {
    const proposal = this.parts.proposals.get(id)
    if (proposal === undefined) throw notOpen(undefined)
    return proposal
  }
}

const ownProposal = (id: number): BadEdit =>
  new BadEdit(403, 'own_proposal', `proposal ${id} is yours; somebody else approves it`)

/**
 * By name, whatever they are known by: a token and a user of a proxy of one name are one person.
 * Upper and lower case, and forms of Unicode that look alike, are the same.
 */
const isSamePerson = (a: string, b: string): boolean => folded(a) === folded(b)

const folded = (name: string): string => name.normalize('NFKC').trim().toLowerCase()
