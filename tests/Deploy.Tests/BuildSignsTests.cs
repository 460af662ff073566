namespace ECommerce.Deploy.Tests;

/// <summary>A build that takes long says what it is waiting for, in few lines; one that fails says why.</summary>
public sealed class BuildSignsTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-build-");

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task A_long_build_says_what_it_waits_for()
    {
        // Stands for an SDK: it does something until the script has said so.
        GivenADotnet("""
            for try in $(seq 200); do
              case $1 in
                restore) echo "Installed A 1.0 from somewhere." ;;
                build) echo "A -> A.dll" ;;
              esac
              grep -q "$1-said" said 2>/dev/null && exit 0
              sleep 0.05
            done
            """);

        var (code, output, errors) = await BuildAsync("| tee >(sed -u 's/.*Fetching.*/restore-said/; s/.*Compiling.*/build-said/' > said)");

        code.ShouldBe(0, $"{output}{errors}");
        var lines = output.Split('\n', StringSplitOptions.RemoveEmptyEntries);
        lines[0].ShouldStartWith("Building the shop. The first time fetches packages");
        lines.ShouldContain(line => line.StartsWith("  Fetching packages, ", StringComparison.Ordinal) && line.EndsWith(" done", StringComparison.Ordinal));
        lines.ShouldContain(line => line.StartsWith("  Compiling projects, ", StringComparison.Ordinal) && line.EndsWith(" done", StringComparison.Ordinal));
        output.ShouldNotContain("A.dll");
    }

    [Fact]
    public async Task A_build_that_fails_says_what_the_compiler_said()
    {
        GivenADotnet("[ $1 = restore ] || { echo 'error CS1002: ; expected'; exit 3; }");

        var (code, output, errors) = await BuildAsync("");

        code.ShouldBe(3, errors);
        output.ShouldContain("error CS1002");
    }

    private Task<Subprocess.Result> BuildAsync(string then) => Subprocess.RunAsync(
        _folder.FullName,
        new Dictionary<string, string?> { ["PATH"] = $"{_folder.FullName}:{Environment.GetEnvironmentVariable("PATH")}", ["BUILD_SIGN_SECONDS"] = "0.1" },
        "bash", "-o", "pipefail", "-c", $"bash '{Repository.Root}/build/build.sh' nowhere/Host 'the shop' 2>&1 {then}");

    private void GivenADotnet(string script)
    {
        var file = Path.Combine(_folder.FullName, "dotnet");
        File.WriteAllText(file, $"#!/bin/bash\n{script}\n");
        File.SetUnixFileMode(file, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
    }
}
