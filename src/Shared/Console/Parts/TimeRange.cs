using System.Globalization;

namespace Observability.Console.Parts;

/// <summary>A time that a page shows, in Unix milliseconds, both ends included.</summary>
/// <param name="From">The beginning.</param>
/// <param name="To">The end.</param>
/// <param name="Word">The word of a time that ends now, such as <c>15m</c>; null for a fixed one.</param>
public sealed record TimeRange(long From, long To, string? Word)
{
    /// <summary>The words, the shortest time first.</summary>
    public static readonly IReadOnlyList<(string Word, TimeSpan Length)> Words =
    [
        ("1m", TimeSpan.FromMinutes(1)), ("5m", TimeSpan.FromMinutes(5)), ("15m", TimeSpan.FromMinutes(15)),
        ("1h", TimeSpan.FromHours(1)), ("6h", TimeSpan.FromHours(6)), ("24h", TimeSpan.FromHours(24)),
    ];

    private const string UsualWord = "5m";

    public static TimeRange Usual { get; } = new(0, 0, UsualWord);

    public bool IsLive => Word is not null;

    public TimeSpan Length => TimeSpan.FromMilliseconds(To - From);

    /// <summary>The beginning in ticks of 100 ns since 1970, as the stores have it.</summary>
    public long FromTicks => From * TimeSpan.TicksPerMillisecond;

    /// <summary>The end in ticks of 100 ns since 1970.</summary>
    public long ToTicks => To >= long.MaxValue / TimeSpan.TicksPerMillisecond ? long.MaxValue : To * TimeSpan.TicksPerMillisecond;

    /// <summary>The time of an address. What is missing or cannot be read is five minutes until now.</summary>
    public static TimeRange Of(string? word, string? from, string? to, DateTimeOffset now)
    {
        var end = now.ToUnixTimeMilliseconds();
        if (TimeOf(from) is { } first && (to is null ? end : TimeOf(to)) is { } last && first < last)
            return new(first, last, null);
        var known = Words.FirstOrDefault(one => one.Word == word);
        var (name, length) = known.Word is null ? Words.First(one => one.Word == UsualWord) : known;
        return new(end - (long)length.TotalMilliseconds, end, name);
    }

    /// <summary>A time as an address has it.</summary>
    public static string Text(long milliseconds) =>
        DateTimeOffset.FromUnixTimeMilliseconds(milliseconds).ToString("yyyy-MM-dd'T'HH:mm:ss.fff'Z'", CultureInfo.InvariantCulture);

    private static long? TimeOf(string? text) =>
        DateTimeOffset.TryParse(text, CultureInfo.InvariantCulture, DateTimeStyles.AssumeUniversal, out var time) ? time.ToUnixTimeMilliseconds() : null;
}
