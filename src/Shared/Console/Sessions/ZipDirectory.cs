using System.Buffers.Binary;

namespace Observability.Console.Sessions;

/// <summary>
/// Looks at the end of a zip before a library reads it: the number of entries and the size of their directory decide what reading it costs
/// (APPNOTE.TXT, 4.3.16, https://pkware.cachefly.net/webdocs/casestudies/APPNOTE.TXT).
/// </summary>
internal static class ZipDirectory
{
    private const int MostEntries = 16;
    private const int MostBytes = 64 * 1024;
    private const int EndBytes = 22;
    private const int LongestComment = ushort.MaxValue;
    private const uint EndSignature = 0x06054b50;
    private const int EntriesAt = 10;
    private const int OffsetAt = 16;

    /// <exception cref="ImportRefusedException">The bytes are no zip, or one whose directory is too large.</exception>
    public static void Check(ReadOnlySpan<byte> zip)
    {
        for (var at = zip.Length - EndBytes; at >= Math.Max(0, zip.Length - EndBytes - LongestComment); at--)
        {
            if (BinaryPrimitives.ReadUInt32LittleEndian(zip[at..]) != EndSignature)
                continue;
            var entries = BinaryPrimitives.ReadUInt16LittleEndian(zip[(at + EntriesAt)..]);
            var offset = BinaryPrimitives.ReadUInt32LittleEndian(zip[(at + OffsetAt)..]);
            if (entries > MostEntries)
                throw new ImportRefusedException("body", $"Has {entries} entries, and a session at most {MostEntries}.");
            // A library reads headers from the offset on until there is none, whatever the number says.
            if (offset > zip.Length || zip.Length - offset > MostBytes)
                throw new ImportRefusedException("body", $"Has a directory of more than {MostBytes} bytes, or none where it says.");
            return;
        }
        throw new ImportRefusedException("body", "Is no zip.");
    }
}
