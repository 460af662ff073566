using System.Diagnostics;
using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>
/// Tells on stderr what the benchmark does, so that stdout holds nothing but figures: steps as lines, and what happens within a step as one
/// line that is overwritten in a terminal and repeated every few seconds elsewhere.
/// </summary>
internal sealed class Progress(TextWriter output, bool isTerminal)
{
    private const string StartOfLine = "\r\u001b[K";

    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(5);

    private readonly long _started = Stopwatch.GetTimestamp();
    private long _last;
    private bool _isOpen;

    /// <summary>A new step begins.</summary>
    public void Say(FormattableString sentence)
    {
        Close();
        output.WriteLine($"{Elapsed()} {Text(sentence)}");
        _last = Stopwatch.GetTimestamp();
    }

    /// <summary>The step goes on.</summary>
    public void Now(FormattableString state)
    {
        if (isTerminal)
        {
            output.Write($"{StartOfLine}{Elapsed()} {Text(state)}");
            output.Flush();
            _isOpen = true;
        }
        else if (Stopwatch.GetElapsedTime(_last) >= BetweenLines)
        {
            Say(state);
        }
    }

    /// <summary>Removes the line that was being overwritten; figures come next.</summary>
    public void Close()
    {
        if (_isOpen)
            output.Write(StartOfLine);
        _isOpen = false;
    }

    private string Elapsed() => Stopwatch.GetElapsedTime(_started).ToString(@"mm\:ss", CultureInfo.InvariantCulture);

    private static string Text(FormattableString text) => text.ToString(CultureInfo.InvariantCulture);
}
