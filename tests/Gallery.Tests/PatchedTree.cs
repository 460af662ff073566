using System.Xml.Linq;

namespace ECommerce.Gallery.Tests;

/// <summary>A copy of the repository with patches: its changed projects compiled, and the tests of the repository run against them.</summary>
internal sealed class PatchedTree : IDisposable
{
    private static readonly string[] Built = ["bin", "obj", "TestResults", ".git", ".data"];

    private readonly string _root = Directory.CreateTempSubdirectory("ec-gallery-").FullName;

    /// <summary>The patched host.</summary>
    public string Host => Path.Combine(_root, "src/Host", Output, "ECommerce.Host.dll");

    private static string Output => "bin/Release/net10.0";

    /// <summary>Copies the sources, and what was built of the given suites and of the host.</summary>
    public static PatchedTree Copy(IEnumerable<string> suites)
    {
        var tree = new PatchedTree();
        tree.CopySources(new(Repository.Root));
        foreach (var folder in suites.Select(suite => $"tests/{suite}.Tests").Append("src/Host"))
        {
            if (!Directory.Exists(Repository.PathOf($"{folder}/{Output}")))
                throw new DirectoryNotFoundException($"{folder} has not been built: dotnet build -c Release {folder}");
            Repository.Copy(tree._root, $"{folder}/{Output}");
        }
        return tree;
    }

    public void Apply(Patch patch) => patch.Apply(_root);

    /// <summary>Compiles the projects that hold these files, and puts them where the tests and the host find them.</summary>
    public async Task CompileAsync(IEnumerable<string> files)
    {
        // Modules refer to the shared projects and come last.
        string[] projects =
        [
            .. files.Where(file => file.EndsWith(".cs", StringComparison.Ordinal)).Select(ProjectOf).Distinct()
                .OrderBy(project => project.StartsWith("src/Modules/", StringComparison.Ordinal)),
        ];
        if (projects.Length == 0)
            return;
        foreach (var project in Directory.EnumerateFiles(Repository.PathOf("src"), "*.csproj", SearchOption.AllDirectories))
            CopyBuilt(Path.GetRelativePath(Repository.Root, project));

        var build = new XElement("Project",
            new XElement("ItemGroup", new XElement("Patched", new XAttribute("Include", string.Join(';', projects)))),
            new XElement("Target", new XAttribute("Name", "Build"), new XElement("MSBuild",
                new XAttribute("Projects", "@(Patched)"), new XAttribute("Targets", "Build"),
                new XAttribute("Properties", "Configuration=Release;BuildProjectReferences=false;RunAnalyzers=false;TreatWarningsAsErrors=false"))));
        await File.WriteAllTextAsync(Path.Combine(_root, "patched.proj"), build.ToString());
        var (code, output, errors) = await RunAsync("dotnet", "msbuild", "patched.proj", "-nologo", "-verbosity:quiet");
        code.ShouldBe(0, $"{output}{errors}");

        foreach (var project in projects)
        {
            var compiled = Path.Combine(_root, Path.GetDirectoryName(project)!, Output, AssemblyOf(project));
            string[] copies = [.. Directory.EnumerateFiles(_root, AssemblyOf(project), SearchOption.AllDirectories)];
            foreach (var copy in copies.Where(file => file != compiled && !file.Contains("/obj/", StringComparison.Ordinal)))
                File.Copy(compiled, copy, overwrite: true);
        }
    }

    /// <summary>Runs tests of the suites in the copy.</summary>
    /// <returns>The messages of those that failed, and null for those that passed, by class and method.</returns>
    public async Task<IReadOnlyDictionary<string, string?>> TestAsync(IReadOnlyCollection<string> suites, IEnumerable<string> tests)
    {
        string[] assemblies = [.. suites.Select(suite => $"tests/{suite}.Tests/{Output}/ECommerce.{suite}.Tests.dll")];
        var filter = string.Join('|', tests.Distinct().Select(test => $"FullyQualifiedName~.{test}"));
        var (_, output, errors) = await RunAsync(
            ["dotnet", "test", .. assemblies, "--nologo", "--filter", filter, "--logger", "trx;LogFileName=gallery.trx", "--results-directory", "results"]);

        var results = Path.Combine(_root, "results", "gallery.trx");
        File.Exists(results).ShouldBeTrue($"{output}{errors}");
        return XDocument.Load(results).Descendants().Where(element => element.Name.LocalName == "UnitTestResult")
            .Select(result => (Name: NameOf(result), Message: MessageOf(result)))
            .GroupBy(result => result.Name, result => result.Message)
            .ToDictionary(test => test.Key, test => test.FirstOrDefault(message => message is not null));
    }

    public void Dispose() => Directory.Delete(_root, recursive: true);

    private Task<Subprocess.Result> RunAsync(params string[] words) => Subprocess.RunAsync(_root, new Dictionary<string, string?>(), words);

    // A theory's name ends with its arguments.
    private static string NameOf(XElement result) => string.Join('.', ((string)result.Attribute("testName")!).Split('(')[0].Split('.')[^2..]);

    private static string? MessageOf(XElement result) => (string?)result.Attribute("outcome") == "Passed"
        ? null
        : result.Descendants().FirstOrDefault(element => element.Name.LocalName == "Message")?.Value ?? "";

    private static string ProjectOf(string file)
    {
        for (var folder = Path.GetDirectoryName(file); folder is { Length: > 0 }; folder = Path.GetDirectoryName(folder))
        {
            if (Directory.EnumerateFiles(Repository.PathOf(folder), "*.csproj").FirstOrDefault() is { } project)
                return Path.GetRelativePath(Repository.Root, project);
        }
        throw new FileNotFoundException($"{file} is in no project.");
    }

    private static string AssemblyOf(string project) => $"{Path.GetFileNameWithoutExtension(project)}.dll";

    private void CopySources(DirectoryInfo folder)
    {
        var copy = Path.Combine(_root, Path.GetRelativePath(Repository.Root, folder.FullName));
        Directory.CreateDirectory(copy);
        foreach (var file in folder.EnumerateFiles().Where(file => file.LinkTarget is null))
            file.CopyTo(Path.Combine(copy, file.Name));
        foreach (var inside in folder.EnumerateDirectories().Where(inside => !Built.Contains(inside.Name)))
            CopySources(inside);
    }

    // What the compiler and MSBuild read of a project that is not compiled again: its restore, and its assembly.
    private void CopyBuilt(string project)
    {
        var folder = Path.GetDirectoryName(project)!;
        Repository.Copy(_root, Directory.EnumerateFiles(Repository.PathOf($"{folder}/obj")).Select(file => Path.GetRelativePath(Repository.Root, file)));
        Repository.Copy(_root, $"{folder}/{Output}/{AssemblyOf(project)}");
        foreach (var reference in (string[])["ref", "refint"])
        {
            if (Directory.Exists(Repository.PathOf($"{folder}/obj/Release/net10.0/{reference}")))
                Repository.Copy(_root, $"{folder}/obj/Release/net10.0/{reference}");
        }
    }
}
