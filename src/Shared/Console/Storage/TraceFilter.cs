namespace Observability.Console.Storage;

/// <summary>
/// The trace ids of a segment as a Bloom filter: whether the segment may hold records of a trace. It says yes without reason for about one
/// trace id in a hundred, and never no without reason (Bloom, "Space/time trade-offs in hash coding with allowable errors", CACM 1970).
/// </summary>
internal sealed class TraceFilter
{
    /// <summary>The memory of a filter.</summary>
    public const int Bytes = Words * sizeof(ulong);

    private const int Words = 512;
    private const int BitMask = (Words * 64) - 1;
    private const int Probes = 4;
    private const int BitsOfProbe = 15;

    private readonly ulong[] _words = new ulong[Words];

    /// <summary>Adds a trace. Called by the writer alone, before it publishes the record.</summary>
    public void Add(TraceKey trace)
    {
        var hash = trace.Hash;
        for (var probe = 0; probe < Probes; probe++, hash >>= BitsOfProbe)
            Volatile.Write(ref _words[(int)(hash & BitMask) >> 6], _words[(int)(hash & BitMask) >> 6] | (1UL << (int)(hash & 63)));
    }

    public bool MayHold(TraceKey trace)
    {
        var hash = trace.Hash;
        for (var probe = 0; probe < Probes; probe++, hash >>= BitsOfProbe)
        {
            if ((Volatile.Read(ref _words[(int)(hash & BitMask) >> 6]) & (1UL << (int)(hash & 63))) == 0)
                return false;
        }
        return true;
    }
}
