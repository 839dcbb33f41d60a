// A thread that writes to a SQLite file.
import { serveWrites } from './serve-writes'
import { sqliteEngine } from './sqlite-engine'

serveWrites(sqliteEngine)
