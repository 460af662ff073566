using System.Diagnostics;
using ECommerce.Testing;

namespace ECommerce.Deploy.Tests;

/// <summary>The programs that will read the files read them, as <c>make lint</c> has them do.</summary>
public sealed class ToolsTests
{
    [Theory]
    [InlineData("prometheus")]
    [InlineData("alertmanager")]
    public async Task The_tools_accept_their_files(string part)
    {
        using var check = Process.Start(new ProcessStartInfo(Path.Combine(Repository.Root, "deploy", "check.sh"), [part])
        {
            WorkingDirectory = Repository.Root,
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        })!;
        var (output, errors) = (check.StandardOutput.ReadToEndAsync(), check.StandardError.ReadToEndAsync());
        await check.WaitForExitAsync();

        check.ExitCode.ShouldBe(0, $"{await output}{await errors}");
    }
}
