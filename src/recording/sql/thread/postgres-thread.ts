// A thread that writes to a PostgreSQL database.
import { postgresEngine } from '../postgres-engine'
import { serveWrites } from './serve-writes'

serveWrites(postgresEngine)
