using System.Globalization;

namespace ECommerce.Benchmarks;

/// <summary>How long and how hard: <c>make bench ARGS="--rounds 5 --seconds 10 --connections 16"</c>.</summary>
internal sealed record Options(int Rounds = 3, int Seconds = 5, int Connections = 16)
{
    public static Options Parse(string[] args)
    {
        var options = new Options();
        for (var i = 0; i + 1 < args.Length; i += 2)
        {
            var value = int.Parse(args[i + 1], CultureInfo.InvariantCulture);
            options = args[i] switch
            {
                "--rounds" => options with { Rounds = value },
                "--seconds" => options with { Seconds = value },
                "--connections" => options with { Connections = value },
                _ => throw new ArgumentException($"'{args[i]}' is not an option: --rounds, --seconds, --connections."),
            };
        }

        return options;
    }
}
