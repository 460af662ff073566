namespace Observability.Console.Parts;

/// <summary>
/// A time axis on which long silences are short: the seconds, or days, between an order and its payment would leave no room for the
/// milliseconds of each. Within a busy time the axis is linear.
/// </summary>
internal sealed class StoryAxis
{
    /// <summary>The width of the axis.</summary>
    public const double Width = 1000;

    // A silence is drawn in proportion while it is shorter than this part of the busy time.
    private const double LongestTrueGap = 0.25;
    private const double GapWidth = 40;
    private const double LeastBusyWidth = 40;

    private readonly List<Piece> _pieces = [];

    /// <param name="times">The times of the traces, in ticks.</param>
    public StoryAxis(IEnumerable<(long Start, long End)> times)
    {
        var busy = Merge(times);
        var total = Math.Max(1, busy.Sum(one => one.End - one.Start));
        List<(long Start, long End, double Weight, bool IsGap)> parts = [];
        for (var i = 0; i < busy.Count; i++)
        {
            if (i > 0 && busy[i].Start - busy[i - 1].End is var gap && gap > 0)
            {
                var isShort = gap <= total * LongestTrueGap;
                parts.Add((busy[i - 1].End, busy[i].Start, isShort ? (double)gap / total * Width : GapWidth, !isShort));
            }
            parts.Add((busy[i].Start, busy[i].End, Math.Max(LeastBusyWidth, (double)(busy[i].End - busy[i].Start) / total * Width), false));
        }
        var sum = parts.Sum(part => part.Weight);
        var at = 0.0;
        foreach (var (start, end, weight, isGap) in parts)
        {
            _pieces.Add(new(start, end, at, at + (weight / sum * Width), isGap));
            at = _pieces[^1].To;
        }
    }

    /// <summary>The silences that are drawn shorter than they were: where, and how long they were in ticks.</summary>
    public IEnumerable<(double From, double To, long Ticks)> Gaps => _pieces.Where(piece => piece.IsGap).Select(piece => (piece.From, piece.To, piece.End - piece.Start));

    /// <summary>The place of a moment on the axis.</summary>
    public double At(long time)
    {
        foreach (var piece in _pieces)
        {
            if (time <= piece.End)
            {
                var share = piece.End > piece.Start ? (double)(Math.Max(time, piece.Start) - piece.Start) / (piece.End - piece.Start) : 0;
                return piece.From + (share * (piece.To - piece.From));
            }
        }
        return Width;
    }

    private static List<(long Start, long End)> Merge(IEnumerable<(long Start, long End)> times)
    {
        List<(long Start, long End)> merged = [];
        foreach (var (start, end) in times.Order())
        {
            if (merged.Count > 0 && start <= merged[^1].End)
                merged[^1] = (merged[^1].Start, Math.Max(merged[^1].End, end));
            else
                merged.Add((start, Math.Max(start, end)));
        }
        return merged;
    }

    private readonly record struct Piece(long Start, long End, double From, double To, bool IsGap);
}
