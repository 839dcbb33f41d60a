import { createContext } from 'preact'
import { useContext } from 'preact/hooks'
import type { Role, Session } from '../../admin/contract'

const NOBODY: Session = {
  user: null,
  csrf: null,
  canSignOut: false,
  server: {
    environment: '',
    needsApproval: false,
    hasDatabase: false,
    canEdit: false,
    hasStore: false,
  },
}

export const SessionContext = createContext<Session>(NOBODY)

export const useSession = (): Session => useContext(SessionContext)

export const hasRole = ({ user }: Session, role: Role): boolean =>
  user?.roles.includes(role) ?? false

/** Whether this person may edit on this server. */
export const mayEdit = (session: Session): boolean =>
  hasRole(session, 'editor') && session.server.canEdit
