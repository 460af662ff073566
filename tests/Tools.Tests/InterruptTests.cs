namespace ECommerce.Tools.Tests;

/// <summary>A program that a signal ends ends soon, says so, and leaves neither processes nor folders behind.</summary>
public sealed class InterruptTests
{
    [Theory]
    [InlineData("fuzz", "INT", 130)]
    [InlineData("siege", "TERM", 143)]
    [InlineData("storm", "INT", 130)]
    public async Task A_program_that_is_starting_its_shop_ends(string target, string signal, int code)
    {
        await using var tool = Tool.Start(target, []);
        await Eventually.TrueAsync(() => tool.Output.Contains("A shop starts", StringComparison.Ordinal) && tool.Processes.Count > 0, "the shop is starting");

        await tool.SignalAsync(signal);

        (await tool.WaitForExitAsync()).ShouldBe(code, tool.Error);
        tool.Error.ShouldStartWith("Interrupted.");
        tool.Error.ShouldNotContain("   at ");
        await LeavesNothingAsync(tool);
    }

    /// <summary>The load generator is a stand-in that never ends by itself, as a warm-up looks to the person who waits for it.</summary>
    [Fact]
    public async Task A_benchmark_under_load_ends()
    {
        var path = Directory.CreateTempSubdirectory("ec-wrk-");
        try
        {
            var wrk = Path.Combine(path.FullName, "wrk");
            await File.WriteAllTextAsync(wrk, "#!/bin/sh\nexec sleep 600\n");
            File.SetUnixFileMode(wrk, UnixFileMode.UserRead | UnixFileMode.UserExecute);
            await using var tool = Tool.Start("bench", ["memory", "--requests", "3000"], path.FullName);
            // Two hosts start after each other; on a busy machine each may take its time.
            foreach (var step in (string[])["A first shop opens", "The shop '+ OTLP' starts", "3000 requests are sent"])
                await Eventually.TrueAsync(() => tool.Error.Contains(step, StringComparison.Ordinal), step);

            await tool.SignalAsync("INT");

            (await tool.WaitForExitAsync()).ShouldBe(130, tool.Error);
            tool.Error.ShouldContain("Interrupted. All programs are stopped.");
            tool.Error.ShouldNotContain("   at ");
            await LeavesNothingAsync(tool);
        }
        finally
        {
            path.Delete(recursive: true);
        }
    }

    private static async Task LeavesNothingAsync(Tool tool)
    {
        await Eventually.PassesAsync(() => tool.Processes.ShouldBeEmpty());
        tool.Left.ShouldBeEmpty();
    }
}
