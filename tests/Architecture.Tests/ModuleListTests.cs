using System.Text.RegularExpressions;
using ECommerce.Host;

namespace ECommerce.Architecture.Tests;

/// <summary>Everything that a module consists of is there, and <see cref="ShopModules.All"/> is the only place that lists the modules.</summary>
public sealed partial class ModuleListTests
{
    private static readonly string[] Modules =
    [
        .. Directory.GetDirectories(Path.Combine(Repository.Root, "src/Modules")).Select(folder => Path.GetFileName(folder))
            .Where(name => !name.EndsWith(".Contracts", StringComparison.Ordinal)).Order(StringComparer.Ordinal),
    ];

    /// <summary>The modules that have a folder, by its name.</summary>
    public static TheoryData<string> Folders => [.. Modules];

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_module_with_a_folder_is_loaded(string module) => ShopModules.Names.ShouldContain(
        module.ToLowerInvariant(), $"The host does not load src/Modules/{module}: add `new {module}.{module}Module(),` to ShopModules.All in src/Host/ShopModules.cs.");

    [Fact]
    public void A_module_is_named_as_its_folder_in_lower_case() =>
        ShopModules.Names.ShouldBe(Modules.Select(module => module.ToLowerInvariant()), ignoreOrder: true);

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_module_has_contracts(string module) => File.Exists(Path.Combine(Repository.Root, $"src/Modules/{module}.Contracts/ECommerce.{module}.Contracts.csproj")).ShouldBeTrue(
        $"Other modules learn of {module} through src/Modules/{module}.Contracts, which is not there. `dotnet new shop-module -n {module}` makes it.");

    [Theory]
    [MemberData(nameof(Folders))]
    public void A_module_has_tests(string module)
    {
        var tests = Path.Combine(Repository.Root, $"tests/{module}.Tests");

        (Directory.Exists(tests) && Directory.EnumerateFiles(tests, "*Tests.cs", SearchOption.AllDirectories).Any(file => File.ReadAllText(file).Contains("[Fact]", StringComparison.Ordinal)))
            .ShouldBeTrue($"{module} has no tests: tests/{module}.Tests has to hold a project and a test of each use case. `dotnet new shop-module -n {module}` makes both.");
    }

    [Fact]
    public void Every_project_is_in_the_solution()
    {
        var solution = File.ReadAllText(Path.Combine(Repository.Root, "ECommerce.sln"));

        var forgotten = Projects().Where(project => !solution.Contains($"\"{project.Replace('/', '\\')}\"", StringComparison.Ordinal));
        forgotten.ShouldBeEmpty($"Neither `make test` nor an IDE sees a project that the solution does not hold: run `dotnet sln add {string.Join(' ', forgotten)}`.");
    }

    [Fact]
    public void No_other_file_lists_the_modules()
    {
        var lists = from folder in (string[])["src", "tests", "tools", "build"]
                    from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*", SearchOption.AllDirectories)
                    where Path.GetExtension(file) is ".cs" or ".sh" or ".awk" && !IsBuilt(file)
                    where ListOfModules().IsMatch(File.ReadAllText(file))
                    select Path.GetRelativePath(Repository.Root, file);

        lists.ShouldBeEmpty("A list of modules that is written by hand is forgotten when a module is added: derive it from ShopModules.Names or ShopModules.All.");
    }

    private static IEnumerable<string> Projects() =>
        from folder in (string[])["src", "tests", "tools", "deploy"]
        from file in Directory.EnumerateFiles(Path.Combine(Repository.Root, folder), "*.csproj", SearchOption.AllDirectories)
        where !IsBuilt(file) && !IsMaterial(file)
        orderby file
        select Path.GetRelativePath(Repository.Root, file);

    /// <summary>Whether the project lies in the folder of another one, whose tests build it.</summary>
    private static bool IsMaterial(string file) => Directory.EnumerateFiles(Path.Combine(file, "../.."), "*.csproj").Any();

    private static bool IsBuilt(string file) => file.Split(Path.DirectorySeparatorChar).Any(part => part is "bin" or "obj");

    // Three quoted names in a row, in C# or in SQL, or two modules that are made in a row.
    [GeneratedRegex("""["'](users|products|orders)["'], ["'](users|products|orders)["'], ["'](users|products|orders)["']|new (Users|Orders|Products)Module\(\), new""", RegexOptions.ExplicitCapture)]
    private static partial Regex ListOfModules();
}
