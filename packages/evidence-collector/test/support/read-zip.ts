/** A member of a zip file, as its directory has it. */
export interface ReadMember {
  readonly name: string;
  /** 0 for stored. */
  readonly method: number;
  readonly bytes: Buffer;
}

/** Reads a zip file from its end, as web archives are read. */
export function readZip(zip: Buffer): ReadonlyMap<string, ReadMember> {
  const end = zip.lastIndexOf(Buffer.from([0x50, 0x4b, 5, 6]));
  const members = new Map<string, ReadMember>();
  let at = zip.readUInt32LE(end + 16);
  for (let left = zip.readUInt16LE(end + 10); left > 0; left--) {
    if (zip.readUInt32LE(at) !== 0x02014b50) throw new Error(`no entry of the directory at ${at}`);
    const [nameLength, extra, comment] = [
      zip.readUInt16LE(at + 28),
      zip.readUInt16LE(at + 30),
      zip.readUInt16LE(at + 32),
    ];
    const name = zip.toString("utf8", at + 46, at + 46 + nameLength);
    const header = zip.readUInt32LE(at + 42);
    if (zip.readUInt32LE(header) !== 0x04034b50) throw new Error(`no member at ${header}`);
    const start = header + 30 + zip.readUInt16LE(header + 26) + zip.readUInt16LE(header + 28);
    const bytes = zip.subarray(start, start + zip.readUInt32LE(at + 20));
    members.set(name, { name, method: zip.readUInt16LE(at + 10), bytes });
    at += 46 + nameLength + extra + comment;
  }
  return members;
}
