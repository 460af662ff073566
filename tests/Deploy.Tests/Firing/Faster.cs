using System.Globalization;
using System.Text.RegularExpressions;

namespace ECommerce.Deploy.Tests.Firing;

/// <summary>
/// The project's rules and routes with every duration divided by <see cref="Factor"/>: windows, <c>for</c>, <c>offset</c>, intervals and
/// waits. An hour passes in a minute. Thresholds stay: a rate is a rate.
/// </summary>
internal static partial class Faster
{
    /// <summary>How many times faster time passes.</summary>
    public const int Factor = 60;

    private static readonly Dictionary<string, TimeSpan> Units = new()
    {
        ["s"] = TimeSpan.FromSeconds(1),
        ["m"] = TimeSpan.FromMinutes(1),
        ["h"] = TimeSpan.FromHours(1),
        ["d"] = TimeSpan.FromDays(1),
    };

    /// <summary>Rules of Prometheus or routes of Alertmanager, faster.</summary>
    public static string Text(string yaml) => Duration().Replace(yaml, duration =>
    {
        var seconds = int.Parse(duration.Groups["number"].Value, CultureInfo.InvariantCulture) * Units[duration.Groups["unit"].Value];
        return string.Create(CultureInfo.InvariantCulture, $"{duration.Groups["before"].Value}{seconds.TotalMilliseconds / Factor:F0}ms");
    });

    // Names such as rate5m are no durations, and neither is a cell of a comment.
    [GeneratedRegex(@"(?<before>\[|offset |^ *(- )?(for|keep_firing_for|interval|group_wait|group_interval|repeat_interval): )(?<number>\d+)(?<unit>[smhd])\b", RegexOptions.ExplicitCapture | RegexOptions.Multiline)]
    private static partial Regex Duration();
}
