using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>
/// What is measured, how long and how hard: <c>make bench ARGS="--rounds 5 --seconds 10 --connections 16 --scenario list --steps last"</c>,
/// <c>make bench ARGS="catalogue"</c>, <c>make bench ARGS="memory --requests 200000"</c>,
/// <c>make bench ARGS="retention --seconds 300"</c>.
/// </summary>
/// <param name="Before">The folder of another build of this program, whose shop takes part as "before"; none when empty.</param>
/// <param name="Requests">How many requests the shop answers while its memory is looked at.</param>
internal sealed record Options(
    string What = "", int Rounds = 7, int Seconds = 2, int Connections = 16, string Scenario = "", bool IsShort = false, string Before = "", int Requests = 200_000)
{
    public static Options Parse(string[] args)
    {
        var options = new Options();
        if (args is [[>= 'a' and <= 'z', ..] and var what, .. var rest])
            (options, args) = (options with { What = what }, rest);
        for (var i = 0; i < args.Length; i += 2)
        {
            var value = i + 1 < args.Length ? args[i + 1] : throw new ArgumentException($"'{args[i]}' needs a value.");
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = Number(value) },
                "--seconds" => options with { Seconds = Number(value) },
                "--connections" => options with { Connections = Number(value) },
                "--scenario" => options with { Scenario = value },
                "--steps" => options with { IsShort = value == "last" },
                "--before" => options with { Before = value },
                "--requests" => options with { Requests = Number(value) },
                _ => throw new ArgumentException(
                    $"'{args[i]}' is not an option: --rounds, --seconds, --connections, --scenario <part of its name>, --steps last, --before <folder of another build>, --requests."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
