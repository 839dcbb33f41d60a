import type { ComponentChildren } from 'preact'
import { Empty } from '../parts/states'
import { mayEdit, useSession } from '../shell/session'

/** What an editor is for; whoever may not edit reads why. */
export function MayEdit({ children }: { readonly children: ComponentChildren }) {
  const session = useSession()
  if (mayEdit(session)) return <>{children}</>
  return (
    <Empty title="You may not edit here.">
      {session.server.canEdit
        ? 'Your token has no role of editor. Whoever runs the server can give it one.'
        : 'No source of this server is a file that it may write, or in a store that it may publish to.'}
    </Empty>
  )
}
