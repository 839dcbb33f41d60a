import type { ComponentChildren } from 'preact'
import type { ApiFailure } from '../api/client'
import type { Query } from '../api/use-query'

/** Nothing to show, and what to do about it. */
export function Empty({
  title,
  children,
}: {
  readonly title: string
  readonly children?: ComponentChildren
}) {
  return (
    <div class="empty">
      <strong>{title}</strong>
      {children && <div>{children}</div>}
    </div>
  )
}

export function Failure({
  failure,
  retry,
}: {
  readonly failure: ApiFailure
  readonly retry?: () => void
}) {
  return (
    <div class="notice bad" role="alert">
      <p>
        <strong>{titleOf(failure)}</strong> {failure.message}
      </p>
      {retry && (
        <button type="button" class="button small" onClick={retry}>
          Try again
        </button>
      )}
    </div>
  )
}

function titleOf({ status }: ApiFailure): string {
  if (status === 0) return 'No answer.'
  if (status === 403) return 'You may not do this.'
  if (status === 404) return 'Not found.'
  if (status === 429) return 'Too many requests.'
  return status >= 500 ? 'The server failed.' : 'Refused.'
}

/** Shows an answer when it is there; until then, its outline or what went wrong. */
export function Loaded<T>({
  query,
  children,
}: {
  readonly query: Query<T>
  readonly children: (data: T) => ComponentChildren
}) {
  const { data, failure, reload } = query
  if (data !== undefined)
    return (
      <>
        {failure && <Failure failure={failure} retry={reload} />}
        {children(data)}
      </>
    )
  if (failure) return <Failure failure={failure} retry={reload} />
  return (
    <div class="card-body" role="status">
      <span class="hidden-label">Loading</span>
      <div class="skeleton" />
      <div class="skeleton" style={{ width: '70%' }} />
    </div>
  )
}
