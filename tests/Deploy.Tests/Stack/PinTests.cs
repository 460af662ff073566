namespace ECommerce.Deploy.Tests.Stack;

/// <summary><c>make pin</c> with a stand-in for <c>docker</c>, which tells digests as buildx does.</summary>
public sealed class PinTests : IDisposable
{
    private readonly DirectoryInfo _folder = Directory.CreateTempSubdirectory("ec-pin-");

    public PinTests() => Repository.Copy(_folder.FullName, "deploy/pin.sh", "deploy/Dockerfile", ComposeFile.Path, ComposeFile.PerModule);

    public void Dispose() => _folder.Delete(recursive: true);

    [Fact]
    public async Task Every_image_gets_the_digest_of_its_tag_and_another_one_when_that_has_changed()
    {
        (await PinAsync("sha256:$(printf '%s' \"$4\" | sha256sum | cut -c1-64)")).Code.ShouldBe(0);
        var images = Images();
        images.Count.ShouldBe(Named(new DeployFile(ComposeFile.Path).Text, new DeployFile(ComposeFile.PerModule).Text, new DeployFile("deploy/Dockerfile").Text).Count);
        images.ShouldAllBe(image => System.Text.RegularExpressions.Regex.IsMatch(image, "^[^@]+:[^@]+@sha256:[0-9a-f]{64}$"));
        images.Select(image => image.Split('@')[1]).Distinct().Count().ShouldBe(images.Select(image => image.Split('@')[0]).Distinct().Count());

        var other = new string('a', 64);
        (await PinAsync($"sha256:{other}")).Code.ShouldBe(0);
        Images().ShouldBe(images.Select(image => $"{image.Split('@')[0]}@sha256:{other}"));
    }

    [Fact]
    public async Task A_registry_that_does_not_answer_leaves_the_files_as_they_are()
    {
        var before = Texts();

        var (code, _, errors) = await PinAsync("$([ \"$4\" != grafana/loki:3.7.6 ] && echo sha256:$(printf a%.0s $(seq 64)))");

        code.ShouldNotBe(0);
        errors.ShouldBe("Docker tells no digest of grafana/loki:3.7.6: nothing was changed.\n");
        Texts().ShouldBe(before);
    }

    private List<string> Images() => Named(Texts());

    private string[] Texts() => [File.ReadAllText(PathOf(ComposeFile.Path)), File.ReadAllText(PathOf(ComposeFile.PerModule)), File.ReadAllText(PathOf("deploy/Dockerfile"))];

    private static List<string> Named(params string[] texts) =>
    [
        .. texts.SelectMany(text => text.Split('\n')).Select(line => line.Trim())
            .Where(line => line.StartsWith("image: ", StringComparison.Ordinal) || (line.StartsWith("FROM ", StringComparison.Ordinal) && line.Contains(':')))
            .Select(line => line.Split(' ')[1]),
    ];

    private string PathOf(string name) => Path.Combine(_folder.FullName, name);

    private Task<Subprocess.Result> PinAsync(string digest)
    {
        var docker = PathOf("bin/docker");
        Directory.CreateDirectory(PathOf("bin"));
        // docker buildx imagetools inspect NAME --format …
        File.WriteAllText(docker, $"#!/usr/bin/env bash\necho \"{digest}\"\n");
        File.SetUnixFileMode(docker, UnixFileMode.UserRead | UnixFileMode.UserWrite | UnixFileMode.UserExecute);
        return Subprocess.RunAsync(_folder.FullName, new Dictionary<string, string?> { ["PATH"] = $"{PathOf("bin")}:{Environment.GetEnvironmentVariable("PATH")}" }, "bash", "deploy/pin.sh");
    }
}
