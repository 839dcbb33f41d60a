import type { FeatureDetail } from '../../admin/contract'
import { segment } from '../api/client'
import { percent } from '../parts/figures'
import { keeperOf } from '../parts/source-name'
import { StateBadge } from '../parts/state-badge'
import { Time } from '../parts/time'
import { mayEdit, useSession } from '../shell/session'
import { OffButton } from './off-button'

const RAMPS = { failed: 'bad', waits: 'warn', goes: '' } as const

/** Its name, who has it, and what can be done. */
export function FeatureHead({ detail }: { readonly detail: FeatureDetail }) {
  const { row } = detail
  return (
    <div class="page-head">
      <div class="page-head-text">
        <p class="crumb">
          <a href="./">Features</a>
        </p>
        <h1>
          {row.name} <StateBadge state={row.state} />
        </h1>
        {row.description !== null && <p class="muted">{row.description}</p>}
        <p class="headline">
          {row.words}
          {row.share !== null && (
            <span class="muted"> · {percent(row.share)} of the population</span>
          )}
        </p>
        <Facts detail={detail} />
        {row.ramps.map(({ path, words, held }) => (
          <p key={path}>
            <span class={`badge ${RAMPS[held ?? 'goes']}`}>ramp</span> <code>{path}</code> {words}
          </p>
        ))}
        {detail.holdouts.map(({ name, percent: held }) => (
          <p key={name}>
            <span class="badge">held back</span> {held} % by{' '}
            <a href={`experiments/${segment(`holdout:${name}`)}`}>holdout {name}</a>
          </p>
        ))}
        {row.stale.map(({ kind, text, nextStep }) => (
          <p key={kind}>
            <span class="badge warn">{text}</span> {nextStep}
          </p>
        ))}
      </div>
      <Actions detail={detail} />
    </div>
  )
}

function Actions({ detail: { row } }: { readonly detail: FeatureDetail }) {
  const isEditable = mayEdit(useSession()) && row.canEdit
  return (
    <div class="actions">
      {row.experiment && (
        <a class="button" href={`experiments/${segment(row.experiment.id)}`}>
          Experiment
        </a>
      )}
      {isEditable && (
        <>
          <OffButton feature={row.name} isOff={row.state === 'off'} />
          <a class="button primary" href={`features/${segment(row.name)}/edit`}>
            Edit
          </a>
        </>
      )}
    </div>
  )
}

function Facts({ detail: { row } }: { readonly detail: FeatureDetail }) {
  const { owner, tags, expires, lastEdit, lastAskedAt } = row
  return (
    <p class="muted small facts">
      {owner !== null && <span>owner {owner}</span>}
      {expires !== null && <span>until {expires}</span>}
      {lastEdit && (
        <span>
          edited <Time at={lastEdit.at} /> by{' '}
          {lastEdit.by ?? `somebody, in the ${keeperOf(row.source)}`}
        </span>
      )}
      {lastAskedAt !== null && (
        <span>
          asked <Time at={lastAskedAt} />
        </span>
      )}
      {tags.map((tag) => (
        <a key={tag} class="badge" href={`./?tag=${encodeURIComponent(tag)}`}>
          {tag}
        </a>
      ))}
    </p>
  )
}
