namespace ECommerce.Tools.Tests.Storm;

/// <summary>The sources of the build that <c>make upgrade</c> runs beside this one. The build itself takes a minute, and the upgrade more.</summary>
public sealed class AnotherBuildTests
{
    private const string Member = "public string? AddedByAnotherBuild { get; init; } = \"a value\";";

    [Fact]
    public async Task Another_build_differs_by_a_member_of_an_event_and_one_of_a_command()
    {
        var folder = Directory.CreateTempSubdirectory("ec-another-build-");
        try
        {
            var made = await Subprocess.RunAsync(Path.Combine(Repository.Root, "build", "another-build.sh"), folder.FullName, "--sources");

            made.Code.ShouldBe(0, made.Errors);
            var sources = Path.Combine(folder.FullName, "sources", "src");
            string[] changed =
            [
                .. Directory.EnumerateFiles(sources, "*", SearchOption.AllDirectories).Select(file => Path.GetRelativePath(sources, file))
                    .Where(file => Differs(sources, file)).Order(),
            ];
            changed.ShouldBe(["Modules/Orders.Contracts/Events.cs", "Modules/Products.Contracts/ReserveStock.cs"]);
            foreach (var file in changed)
                (await File.ReadAllTextAsync(Path.Combine(sources, file))).Split(Member).Length.ShouldBe(2, file);
        }
        finally
        {
            folder.Delete(recursive: true);
        }
    }

    private static bool Differs(string sources, string file) =>
        !File.ReadAllBytes(Path.Combine(sources, file)).AsSpan().SequenceEqual(File.ReadAllBytes(Path.Combine(Repository.Root, "src", file)));
}
