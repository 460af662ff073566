using System.CommandLine;
using System.CommandLine.Parsing;
using System.Globalization;
using Spectre.Console;
using static ECommerce.Traffic.Options;

namespace ECommerce.Traffic;

/// <summary>Parses and validates the options, runs the load and returns the exit code.</summary>
internal static class CommandLine
{
    private static readonly Option<Uri> Shop = new("--shop")
    {
        Description = "The shop, or the gateway in front of it.",
        HelpName = "address",
        CustomParser = Options.Address,
        DefaultValueFactory = _ => new("http://127.0.0.1:5080"),
    };

    private static readonly Option<bool> Anywhere = new("--anywhere")
    {
        Description = "Also send to an address that is not this machine. It has to be said, since load on somebody else's shop is an attack: only where you may.",
    };

    private static readonly Option<double> Rate = Number("--rate", 20, 0.01, 1000, "Journeys that arrive in a second on average, whether the shop keeps up or not.");
    private static readonly Option<TimeSpan> For = Duration("--for", "60s", TimeSpan.FromDays(1), "How long they arrive.");
    private static readonly Option<int> Count = Whole("--count", 1_000_000, 1, 100_000_000, "How many arrive at most.");
    private static readonly Option<TimeSpan> Think = Duration("--think", "1s", TimeSpan.FromMinutes(10), "The mean pause between two steps of a journey; 0s for none.");
    private static readonly Option<int> InFlight = Whole("--in-flight", 500, 1, 10_000, "Journeys under way at once at most; who comes then is turned away and counted.");
    private static readonly Option<int> Customers = Whole("--customers", 8, 1, 1000, "Customers to register before the first arrival: each costs the shop two password hashes.");

    private static readonly Option<int?> Seed = Whole("--seed", 0, int.MaxValue, "Makes arrivals, journeys, pauses and choices repeat. Without it there is a new one, which the summary names.");

    private static readonly Option<IReadOnlyDictionary<string, double>?> Mix = new("--mix")
    {
        Description = $"The journeys and their weights, {Journeys.UsualMix} when not given. Who is not named does not come.",
        HelpName = "name=weight,…",
        CustomParser = ReadMix,
    };

    private static readonly Option<string?> AdminEmail = new("--admin-email")
    {
        Description = "The administrator, who fills up the shelves; or TRAFFIC_ADMIN_EMAIL. Without one nobody does.",
        HelpName = "e-mail",
        DefaultValueFactory = _ => Environment.GetEnvironmentVariable("TRAFFIC_ADMIN_EMAIL"),
    };

    private static readonly Option<string?> AdminPassword = new("--admin-password")
    {
        Description = "Better given as TRAFFIC_ADMIN_PASSWORD: what stands on a command line can be read by everybody on the machine.",
        HelpName = "password",
    };

    private static readonly Option<TimeSpan?> P95 = new("--p95")
    {
        Description = "An objective: 95 % of all steps take at most this long, such as 500ms.",
        HelpName = "duration",
        CustomParser = text => Durations.TryParse(Only(text), out var limit) && limit > TimeSpan.Zero ? limit : Wrong<TimeSpan?>(text, "must be a duration such as 500ms"),
    };

    private static readonly Option<double?> Errors = new("--errors")
    {
        Description = "An objective: at most this share of requests ends in a 5xx or without an answer, such as 0.1%. Refusals are no errors.",
        HelpName = "share",
        CustomParser = text => TryReadShare(Only(text), out var share) ? share : Wrong<double?>(text, "must be a share such as 0.1%"),
    };

    private static readonly Option<FileInfo?> ReportFile = new("--report") { Description = "Write the report there, as JSON.", HelpName = "file" };
    private static readonly Option<DirectoryInfo?> JournalFolder = new("--journal") { Description = "Append a line of JSON to files there for every request, and for every write that the shop acknowledged.", HelpName = "folder" };

    /// <returns>One of <see cref="ExitCode"/>.</returns>
    public static async Task<int> RunAsync(string[] args, IAnsiConsole console, TextWriter output, TextWriter error, CancellationToken closing)
    {
        var root = new RootCommand("""
            Sends believable customers to a running shop, and says what they saw.
            Exits with 0; with 1 when an objective is broken, 2 when an option is wrong, 3 when there is no shop or it lets nobody in.
            """)
        {
            Shop, Anywhere, Rate, For, Count, Seed, Think, InFlight, Customers, Mix, AdminEmail, AdminPassword, P95, Errors, ReportFile, JournalFolder,
        };
        root.SetAction((asked, _) => GoAsync(Read(asked), console, error, closing));
        return await root.InvokeAsync(args, WrongTogether, ExitCode.WrongUsage, output, error);
    }

    private static async Task<int> GoAsync(Settings settings, IAnsiConsole console, TextWriter error, CancellationToken closing)
    {
        // A pipe has no width; what is cut at 80 columns cannot be read by anybody.
        if (!console.Profile.Out.IsTerminal)
            console.Profile.Width = 160;
        try
        {
            using var journal = Journal.Open(settings.Journal);
            var report = await Run.GoAsync(settings, journal, console, closing);
            Summary.Write(report, console);
            if (settings.Report is { } file)
                await report.WriteAsync(file);
            return report.Objectives.All(objective => objective.Kept) ? ExitCode.Kept : ExitCode.ObjectiveBroken;
        }
        catch (NoShopException e)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.NoShop;
        }
        catch (Exception e) when (e is IOException or UnauthorizedAccessException)
        {
            await error.WriteLineAsync(e.Message);
            return ExitCode.WrongUsage;
        }
    }

    private static Settings Read(ParseResult parsed) => new(
        parsed.GetRequiredValue(Shop), parsed.GetValue(Seed) ?? Random.Shared.Next(1, 1_000_000), parsed.GetValue(Rate), parsed.GetValue(For),
        parsed.GetValue(Count), parsed.GetValue(Think), parsed.GetValue(InFlight), parsed.GetValue(Customers),
        parsed.GetValue(Mix) ?? Journeys.All.ToDictionary(journey => journey.Name, journey => journey.Weight),
        parsed.GetValue(AdminEmail) is { Length: > 0 } email ? new(email, PasswordOf(parsed.GetValue(AdminPassword))!) : null,
        new(parsed.GetValue(P95), parsed.GetValue(Errors)), parsed.GetValue(ReportFile), parsed.GetValue(JournalFolder));

    /// <summary>What is wrong with options of which each alone can be read.</summary>
    private static IEnumerable<string> WrongTogether(ParseResult parsed)
    {
        var hasAdmin = parsed.GetValue(AdminEmail) is { Length: > 0 };
        if (parsed.GetValue(Shop) is { IsLoopback: false } shop && !parsed.GetValue(Anywhere))
            yield return $"--shop: {shop.Host} is not this machine; --anywhere sends there all the same, where you may.";
        if (hasAdmin && PasswordOf(parsed.GetValue(AdminPassword)) is not { Length: > 0 })
            yield return "--admin-email: the password is missing; give TRAFFIC_ADMIN_PASSWORD or --admin-password.";
        if (!hasAdmin && parsed.GetValue(Mix) is { Count: 1 } mix && mix.ContainsKey(Journeys.Restock.Name))
            yield return $"--mix: '{Journeys.Restock.Name}' alone needs --admin-email.";
        if (parsed.GetValue(ReportFile) is { Directory.Exists: false } file)
            yield return $"{ReportFile.Name}: there is no folder '{file.DirectoryName}'.";
        if (parsed.GetValue(JournalFolder) is { Parent.Exists: false } folder)
            yield return $"{JournalFolder.Name}: there is no folder '{folder.Parent.FullName}'.";
    }

    private static string? PasswordOf(string? given) => given ?? Environment.GetEnvironmentVariable("TRAFFIC_ADMIN_PASSWORD");

    private static Option<TimeSpan> Duration(string name, string usual, TimeSpan most, string description) => new(name)
    {
        Description = description,
        HelpName = "duration",
        CustomParser = text => Durations.TryParse(Only(text), out var duration) && duration <= most
            ? duration
            : Wrong<TimeSpan>(text, "must be a duration such as 500ms, 60s or 5m, and not too long"),
        DefaultValueFactory = _ => Durations.TryParse(usual, out var duration) ? duration : throw new FormatException(usual),
    };

    private static IReadOnlyDictionary<string, double>? ReadMix(ArgumentResult text)
    {
        var mix = new Dictionary<string, double>(StringComparer.Ordinal);
        foreach (var part in Only(text).Split(','))
        {
            if (part.Split('=') is not [var name, var weight] || Journeys.All.All(journey => journey.Name != name)
                || !double.TryParse(weight, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) || number is not (> 0 and <= 1_000_000))
                return Wrong<IReadOnlyDictionary<string, double>>(text, $"must be pairs such as browse=3,buy=1, of {string.Join(", ", Journeys.All.Select(journey => journey.Name))}");
            mix[name] = number;
        }

        return mix;
    }

    private static bool TryReadShare(string text, out double share)
    {
        var isPercent = text.EndsWith('%');
        if (!double.TryParse(text.TrimEnd('%'), NumberStyles.Float, CultureInfo.InvariantCulture, out share))
            return false;
        share = isPercent ? share / 100 : share;
        return share is >= 0 and <= 1;
    }
}
