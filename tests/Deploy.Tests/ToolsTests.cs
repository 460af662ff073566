namespace ECommerce.Deploy.Tests;

/// <summary>The programs that will read the files read them.</summary>
public sealed class ToolsTests
{
    [Theory]
    [InlineData("prometheus")]
    [InlineData("alertmanager")]
    public async Task The_tools_accept_their_files(string part)
    {
        var (code, output, errors) = await Subprocess.RunAsync("bash", "deploy/check.sh", part);

        code.ShouldBe(0, $"{output}{errors}");
    }
}
