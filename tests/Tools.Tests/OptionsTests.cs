using System.Text.RegularExpressions;

namespace ECommerce.Tools.Tests;

/// <summary>Every command-line program explains its options, and refuses wrong ones in a sentence.</summary>
public sealed partial class OptionsTests
{
    public static TheoryData<string> Targets => [.. Tool.Programs.Keys];

    [Theory]
    [MemberData(nameof(Targets))]
    public async Task Help_lists_the_options_and_the_exit_codes(string target)
    {
        await using var tool = Tool.Start(target, ["--help"]);

        (await tool.WaitForExitAsync()).ShouldBe(0, tool.Error);
        tool.Error.ShouldBeEmpty();
        tool.Output.ShouldContain("Exits with 0");
        Option().Count(tool.Output).ShouldBeGreaterThan(4);
    }

    [Theory]
    [InlineData("bench", "--hurry", "There is no option '--hurry'.")]
    [InlineData("bench", "--help-me", "There is no option '--help-me'.")]
    [InlineData("bench", "faster", "'faster' is neither an option nor the value of one.")]
    [InlineData("bench", "--rounds", "Required argument missing for option: '--rounds'.")]
    [InlineData("bench", "--rounds many", "--rounds: 'many' must be a whole number between 1 and 1000.")]
    [InlineData("bench", "--rounds 1.5", "--rounds: '1.5' must be a whole number between 1 and 1000.")]
    [InlineData("bench", "--steps first", "--steps: 'first' must be all or last.")]
    [InlineData("bench", "--before /no/such/build", "--before: there is no ECommerce.Host.dll in '/no/such/build'.")]
    [InlineData("bench", "memory --requests 0", "--requests: '0' must be a whole number between 30 and 1000000000.")]
    [InlineData("bench", "memory --rounds 5", "There is no option '--rounds'.")]
    [InlineData("bench", "topologies --rate 0", "--rate: '0' must be a whole number between 1 and 10000.")]
    [InlineData("bench", "topologies --steps last", "There is no option '--steps'.")]
    [InlineData("traffic", "--hurry now", "There is no option '--hurry'.")]
    [InlineData("traffic", "--count 1.5", "--count: '1.5' must be a whole number between 1 and 100000000.")]
    [InlineData("traffic", "--seed seven", "--seed: 'seven' must be a whole number between 0 and 2147483647.")]
    [InlineData("storm", "--hurry", "There is no option '--hurry'.")]
    [InlineData("storm", "--minutes -1", "--minutes: '-1' must be a number between 0.01 and 1440.")]
    [InlineData("storm", "--rate 0", "--rate: '0' must be a number between 0.01 and 1000.")]
    [InlineData("storm", "--seed x", "--seed: 'x' must be a whole number between 0 and 2147483647.")]
    [InlineData("storm", "--only rain", "--only: there is no trouble 'rain'.")]
    [InlineData("storm", "--topology mesh", "--topology: there is no topology 'mesh'. There are monolith, replicas, services.")]
    [InlineData("storm", "--topology replicas --only broker_killed", "--only: there is no trouble 'broker_killed'.")]
    [InlineData("storm", "--upgrade /no/such/build", "--upgrade: a monolith has no second host.")]
    [InlineData("storm", "--topology services --upgrade /no/such/build", "--upgrade: there is no ECommerce.Host.dll in '/no/such/build'.")]
    [InlineData("storm", "--report /no/such/folder/report.json", "--report: there is no folder '/no/such/folder'.")]
    [InlineData("fuzz", "--hurry", "There is no option '--hurry'.")]
    [InlineData("fuzz", "--requests 1.5", "--requests: '1.5' must be a whole number between 1 and 100000000.")]
    [InlineData("fuzz", "--only first", "--only: 'first' must be a whole number between 1 and 2147483647.")]
    [InlineData("siege", "--hurry", "There is no option '--hurry'.")]
    [InlineData("siege", "--customers 2.5", "--customers: '2.5' must be a whole number between 2 and 200.")]
    [InlineData("run", "--hurry", "There is no option '--hurry'.")]
    [InlineData("run", "--topology mesh", "--topology: there is no topology 'mesh'. There is replicas and services.")]
    [InlineData("run", "--hosts 0", "--hosts: '0' must be a whole number between 1 and 20.")]
    public async Task A_wrong_option_is_one_sentence_and_exit_code_2(string target, string arguments, string sentence)
    {
        var (output, error) = (new StringWriter(), new StringWriter());

        (await RunAsync(target, arguments.Split(' '), output, error)).ShouldBe(2);

        error.ToString().ShouldBe($"{sentence} (--help lists the options.){Environment.NewLine}");
        output.ToString().ShouldBeEmpty();
    }

    // In this process: nothing is started before the options are read.
    private static Task<int> RunAsync(string target, string[] arguments, StringWriter output, StringWriter error)
    {
        var console = Spectre.Console.AnsiConsole.Create(new() { Ansi = Spectre.Console.AnsiSupport.No, Out = new Spectre.Console.AnsiConsoleOutput(output) });
        return target switch
        {
            "bench" => ECommerce.Benchmarks.CommandLine.RunAsync(arguments, output, error, CancellationToken.None),
            "traffic" => ECommerce.Traffic.CommandLine.RunAsync(arguments, console, output, error, CancellationToken.None),
            "storm" => ECommerce.Storm.CommandLine.RunAsync(arguments, console, output, error, CancellationToken.None),
            "run" => ECommerce.Topologies.CommandLine.RunAsync(arguments, output, error, CancellationToken.None),
            "fuzz" => ECommerce.Fuzz.CommandLine.RunAsync(arguments, console, output, error, CancellationToken.None),
            _ => ECommerce.Siege.CommandLine.RunAsync(arguments, console, output, error, CancellationToken.None),
        };
    }

    [GeneratedRegex("^ +(-., )?--[a-z]", RegexOptions.Multiline)]
    private static partial Regex Option();
}
