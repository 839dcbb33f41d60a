// A thread that writes to a SQLite file.
import { sqliteEngine } from '../sqlite-engine'
import { serveWrites } from './serve-writes'

serveWrites(sqliteEngine)
