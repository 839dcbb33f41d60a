import type { ComponentChildren } from 'preact'
import type { Now, SourceView } from '../../admin/contract'
import { useQuery } from '../api/use-query'
import { Card } from '../parts/card'
import { count, many } from '../parts/figures'
import { Problems } from '../parts/problems'
import { Loaded } from '../parts/states'
import { duration, Time } from '../parts/time'
import { mayEdit, useSession } from '../shell/session'
import { OffPanel } from './off-panel'
import { Timeline } from './timeline'

/** What is in force right now, what is wrong with it, and the switch that stops a feature. */
export default function NowPage() {
  const query = useQuery<Now>('now')
  return <Loaded query={query}>{(now) => <Page now={now} />}</Loaded>
}

const Page = ({ now }: { readonly now: Now }) => (
  <>
    <Status now={now} />
    <div class="columns now-columns">
      <div>
        <Card title={now.problems.length > 0 ? many(now.problems.length, 'problem') : 'Problems'}>
          {now.problems.length > 0 ? (
            <Problems problems={now.problems} />
          ) : (
            <p class="muted">None. Every entry is in force as it is written.</p>
          )}
          <HeldBack now={now} />
        </Card>
        <Timeline events={now.timeline} />
      </div>
      <div>
        <OffPanel />
        <Sources sources={now.sources} />
      </div>
    </div>
  </>
)

const WORDS: Readonly<Record<Now['status'], string>> = {
  READY: 'What is written is in force.',
  STALE: 'What is in force may be out of date. The last good version answers.',
  NOT_READY: 'Nothing has been read yet. Every feature is off.',
  CLOSED: 'This server has ended.',
}

/** The first thing to read at 3 a.m. */
function Status({ now }: { readonly now: Now }) {
  const { status, staleSince, generation, hash, loadedAt, ageMs, features } = now
  return (
    <section class={`status ${status}`} aria-label="Status">
      <div>
        <h1>{status.replace('_', ' ')}</h1>
        <p>{WORDS[status]}</p>
        {staleSince !== null && (
          <p>
            Since <Time at={staleSince} />.
          </p>
        )}
      </div>
      <dl class="figures">
        <Figure name="features" value={count(features)} />
        <Figure name="generation" value={count(generation)} title={hash} />
        <Figure name="loaded" value={<Time at={loadedAt} />} />
        <Figure
          name="known to be current"
          value={ageMs === null ? '—' : `${duration(ageMs)} ago`}
        />
      </dl>
    </section>
  )
}

interface FigureProps {
  readonly name: string
  readonly value: ComponentChildren
  readonly title?: string
}

const Figure = ({ name, value, title }: FigureProps) => (
  <div>
    <dt>{name}</dt>
    <dd title={title}>{value}</dd>
  </div>
)

const HeldBack = ({ now: { heldBack, rejected } }: { readonly now: Now }) => (
  <>
    {heldBack.length > 0 && (
      <p>
        <strong>Held back</strong> at the last good version: {heldBack.join(', ')}.
      </p>
    )}
    {rejected.length > 0 && (
      <p>
        <strong>Off</strong>, because no version of them was ever good: {rejected.join(', ')}.
      </p>
    )}
  </>
)

const Sources = ({ sources }: { readonly sources: readonly SourceView[] }) => {
  const isEditable = mayEdit(useSession())
  return (
    <Card title={many(sources.length, 'source')}>
      <ul class="sources">
        {sources.map(({ name, title, status, since, ageMs, problems, generation }) => (
          <li key={name}>
            <p>
              <span class={`badge ${status === 'READY' ? 'good' : 'stale'}`}>{status}</span>{' '}
              <code title={name}>{title}</code>
            </p>
            <p class="muted small facts">
              <span>
                since <Time at={since} />
              </span>
              <span>generation {count(generation)}</span>
              {ageMs !== null && <span>current {duration(ageMs)} ago</span>}
              {problems > 0 && <span>{many(problems, 'problem')}</span>}
              {isEditable && (
                <a href={`file?source=${encodeURIComponent(name)}`}>edit the whole text</a>
              )}
            </p>
          </li>
        ))}
      </ul>
    </Card>
  )
}
