import { Fragment } from 'preact'
import type { TimelineChange, TimelineEvent } from '../../admin/contract'
import { segment } from '../api/client'
import { Card } from '../parts/card'
import { Time } from '../parts/time'

/** What has happened to the live config, the newest first. */
export const Timeline = ({ events }: { readonly events: readonly TimelineEvent[] }) => (
  <Card title="What happened">
    {events.length === 0 ? (
      <p class="muted">Nothing has changed since this server began.</p>
    ) : (
      <ol class="timeline">
        {events.map((event, index) => (
          <li key={`${event.at}${index}`} class="event">
            <span class="event-time small muted">
              <Time at={event.at} />
            </span>
            <div>
              {event.kind === 'change' ? <Change change={event} /> : <State event={event} />}
            </div>
          </li>
        ))}
      </ol>
    )}
  </Card>
)

const State = ({ event }: { readonly event: Exclude<TimelineEvent, TimelineChange> }) => (
  <p>
    <span class={`badge ${event.kind === 'ready' || event.kind === 'solved' ? 'good' : 'bad'}`}>
      {event.kind}
    </span>{' '}
    {event.feature !== null && <Name name={event.feature} />} {event.text}
  </p>
)

function Change({ change }: { readonly change: TimelineChange }) {
  const { added, changed, removed, edits, by, reason, generation } = change
  return (
    <>
      <p>
        <Names words="added" names={added} />
        <Names words="changed" names={changed} />
        <Names words="removed" names={removed} />
        {by !== null && <span> by {by}</span>}
        <span class="muted small"> generation {generation}</span>
      </p>
      {reason !== null && <p class="muted">{reason}</p>}
      {edits.length > 0 && (
        <ul class="places">
          {edits.map(({ feature, path, from, to }) => (
            <li key={`${feature}.${path}`} class="small">
              <code>
                {feature}
                {path !== '' && `.${path}`}
              </code>{' '}
              <del>{shown(from)}</del> → <ins>{shown(to)}</ins>
            </li>
          ))}
        </ul>
      )}
    </>
  )
}

const LONGEST = 80

function shown(value: unknown): string {
  const text = value === undefined ? 'nothing' : JSON.stringify(value)
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text
}

const MOST = 5

function Names({ words, names }: { readonly words: string; readonly names: readonly string[] }) {
  if (names.length === 0) return null
  return (
    <span>
      {words}{' '}
      {names.slice(0, MOST).map((name) => (
        <Fragment key={name}>
          <Name name={name} />{' '}
        </Fragment>
      ))}
      {names.length > MOST && `and ${names.length - MOST} more `}
    </span>
  )
}

const Name = ({ name }: { readonly name: string }) => (
  <a href={`features/${segment(name)}`}>{name}</a>
)
