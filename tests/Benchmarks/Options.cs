using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>How long and how hard: <c>make bench ARGS="--rounds 5 --seconds 10 --connections 16 --scenario list --steps last"</c>.</summary>
internal sealed record Options(int Rounds = 7, int Seconds = 2, int Connections = 16, string Scenario = "", bool IsShort = false)
{
    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = Number(args[i + 1]) },
                "--seconds" => options with { Seconds = Number(args[i + 1]) },
                "--connections" => options with { Connections = Number(args[i + 1]) },
                "--scenario" => options with { Scenario = args[i + 1] },
                "--steps" => options with { IsShort = args[i + 1] == "last" },
                _ => throw new ArgumentException($"'{args[i]}' is not an option: --rounds, --seconds, --connections, --scenario <part of its name>, --steps last."),
            };
        }

        return options;
    }

    private static int Number(string text) => int.Parse(text, CultureInfo.InvariantCulture);
}
