/** Draws the picture of the parts of src/ into CONTRIBUTING.md, from their imports. */
import { readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { PICTURE_PAGE, withPicture } from '../test/house/parts-picture'
import { root } from '../test/house/files'

const path = join(root, PICTURE_PAGE)
writeFileSync(path, withPicture(readFileSync(path, 'utf8')))
