using System.Text.RegularExpressions;
using System.Xml.Linq;

namespace ECommerce.Deploy.Tests.Stack;

/// <summary>What <c>deploy/Dockerfile</c> says, as far as it can be looked at without building it; <see cref="PublishedHostTests"/> does what it says.</summary>
public sealed class ImageTests
{
    public static IEnumerable<object[]> Sources => Dockerfile.Stages.SelectMany(stage => stage.Instructions).SelectMany(line => line.Sources)
        .Distinct().Select(source => (object[])[source]);

    [Theory]
    [MemberData(nameof(Sources))]
    public void Whatever_is_copied_exists_and_is_let_through(string source)
    {
        Path.Exists(Path.Combine(Repository.Root, source)).ShouldBeTrue(source);
        DockerIgnore.Lets(source).ShouldBeTrue($".dockerignore keeps {source} back");
    }

    [Theory]
    [InlineData(".git/HEAD")]
    [InlineData(".env")]
    [InlineData(".data/keys/signing.pem")]
    [InlineData("src/Host/bin/Release/net10.0/ECommerce.Host.dll")]
    [InlineData("src/Host/obj/project.assets.json")]
    [InlineData("deploy/alert-sink/bin/Release")]
    [InlineData("deploy/postgres/init.sql")]
    [InlineData("tests/Testing/Repository.cs")]
    public void What_no_build_needs_is_kept_back(string path) => DockerIgnore.Lets(path).ShouldBeFalse();

    [Fact]
    public void Every_project_behind_the_host_is_there_when_packages_are_restored()
    {
        var restore = Dockerfile.Stage("build-shop").Instructions.TakeWhile(line => !line.Text.StartsWith("dotnet restore", StringComparison.Ordinal)).SelectMany(line => line.Sources).ToList();

        var projects = ProjectsBehind("src/Host/ECommerce.Host.csproj").ToHashSet();
        restore.Where(source => source.EndsWith(".csproj", StringComparison.Ordinal)).ShouldBe(projects, ignoreOrder: true, "deploy/Dockerfile copies the project file and the lock file of every project behind the host before `dotnet restore`.");
        restore.Where(source => source.EndsWith("packages.lock.json", StringComparison.Ordinal))
            .ShouldBe(projects.Select(project => $"{Path.GetDirectoryName(project)}/packages.lock.json"), ignoreOrder: true);
    }

    [Fact]
    public void The_sdk_is_one_that_the_repository_builds_with()
    {
        var wanted = Version.Parse((string)new DeployFile("global.json").Read()["sdk"]!["version"]!);
        var image = Version.Parse(Regex.Match(Dockerfile.Stage("sdk").Base, @":(\d+\.\d+\.\d+)").Groups[1].Value);

        image.ShouldBeGreaterThanOrEqualTo(wanted);
        (image.Major, image.Minor).ShouldBe((wanted.Major, wanted.Minor));
    }

    [Theory]
    [InlineData("shop", "src/Host/ECommerce.Host.csproj")]
    [InlineData("alert-sink", "deploy/alert-sink/ECommerce.AlertSink.csproj")]
    public void The_image_runs_its_program_as_nobody_and_builds_nothing(string stage, string project)
    {
        var lines = Dockerfile.Whole(Dockerfile.Stage(stage)).ToList();

        File.Exists(Path.Combine(Repository.Root, project)).ShouldBeTrue(project);
        lines.Single(line => line.Name == "ENTRYPOINT").Text.ShouldBe($"""["dotnet", "{Path.GetFileNameWithoutExtension(project)}.dll"]""");
        lines.Last(line => line.Name == "USER").Text.ShouldBe("$APP_UID");
        lines.ShouldNotContain(line => line.Name == "RUN", "there is no shell in it");
    }

    [Fact]
    public void The_services_are_built_from_stages_that_exist()
    {
        foreach (var service in ComposeFile.Services.Values.Where(service => service.Stage is not null))
        {
            Dockerfile.Stages.ShouldContain(stage => stage.Name == service.Stage, service.Name);
            ((string?)service.Settings["build"]!["dockerfile"]).ShouldBe(Dockerfile.File.Path);
        }
    }

    [Fact]
    public void The_shop_s_image_asks_the_host_by_itself() =>
        Dockerfile.Stage("shop").Instructions.Single(line => line.Name == "HEALTHCHECK").Text.ShouldEndWith("""CMD ["dotnet", "ECommerce.Host.dll", "--probe"]""");

    private static IEnumerable<string> ProjectsBehind(string project)
    {
        var folder = Path.GetDirectoryName(Path.Combine(Repository.Root, project))!;
        return XDocument.Load(Path.Combine(Repository.Root, project)).Descendants("ProjectReference")
            .SelectMany(reference => Matching(folder, (string)reference.Attribute("Include")!))
            .SelectMany(ProjectsBehind)
            .Prepend(project);
    }

    /// <summary>The files that MSBuild finds for a reference, whose folder may be named by a wildcard.</summary>
    private static IEnumerable<string> Matching(string folder, string include)
    {
        var parts = include.Split("/*/");
        var folders = parts.Length == 1 ? [folder] : Directory.EnumerateDirectories(Path.Combine(folder, parts[0]));
        return folders.SelectMany(one => parts[^1].Contains('*', StringComparison.Ordinal) ? Directory.EnumerateFiles(one, parts[^1]) : [Path.Combine(one, parts[^1])])
            .Select(file => Path.GetRelativePath(Repository.Root, Path.GetFullPath(file)));
    }
}
