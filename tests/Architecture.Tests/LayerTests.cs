using System.Text.RegularExpressions;
using ECommerce.Host;

namespace ECommerce.Architecture.Tests;

/// <summary>The direction of <c>src/Shared</c>: between projects by their references, inside a project by what the types of its folders use.</summary>
public sealed partial class LayerTests
{
    public static TheoryData<string> Projects => new(Layers.InOrder.Concat(Layers.AtTheSide));

    [Fact]
    public void Every_shared_project_is_a_layer_or_stands_at_the_side() => Directory.GetDirectories(Layers.Shared).Select(Path.GetFileName).Order(StringComparer.Ordinal).ShouldBe(
        Layers.InOrder.Concat(Layers.AtTheSide).Order(StringComparer.Ordinal),
        "A project of src/Shared is missing in tests/Architecture.Tests/Layers.cs: put it between the layers that it uses and those that use it, and into the picture in docs/ARCHITECTURE.md.");

    [Theory]
    [MemberData(nameof(Projects))]
    public void A_project_references_only_layers_below_it(string project)
    {
        var place = Array.IndexOf(Layers.InOrder, project);
        var below = place < 0 ? Layers.InOrder : Layers.InOrder[..place];

        Layers.References[project].Except(below).ShouldBeEmpty(
            $"src/Shared/{project} may reference {string.Join(", ", below)}. Move what is needed into one of these, or declare an interface in {project} that the other project implements and registers.");
    }

    [Fact]
    public void Nothing_but_the_host_references_what_stands_at_the_side()
    {
        foreach (var (project, references) in Layers.References.Where(project => project.Key != "Host"))
        {
            references.Intersect(Layers.AtTheSide).ShouldBeEmpty(
                $"src/…/{project} would not run in a host without it. Declare an interceptor or an interface in a layer, and let the project at the side implement it.");
        }
    }

    [Fact]
    public void Only_the_host_knows_where_a_module_runs()
    {
        foreach (var (project, references) in Layers.References.Where(project => project.Key != "Host"))
            references.ShouldNotContain("Topology", $"src/…/{project} would be another in the topology services. Whether a module is in this process is a matter of registration (docs/adr/0049).");
    }

    /// <summary>A slice, a contract and a test of a module are the same in every topology; the settings and fixtures choose it.</summary>
    [Fact]
    public void No_line_of_a_module_or_of_its_tests_mentions_the_topology()
    {
        var root = Path.GetDirectoryName(Solution.Sources)!;
        string[] folders = ["src/Modules", "templates/shop-module", .. ShopModules.Names.Select(module => $"tests/{char.ToUpperInvariant(module[0])}{module[1..]}.Tests")];

        var mentions = from folder in folders
                       from file in Directory.GetFiles(Path.Combine(root, folder), "*", SearchOption.AllDirectories)
                       where Path.GetExtension(file) is ".cs" or ".csproj" or ".props" or ".targets" or ".sql" && !BuildOutput().IsMatch(file)
                       from line in File.ReadLines(file).Index()
                       where Mention().IsMatch(line.Item)
                       select $"{Path.GetRelativePath(root, file)}:{line.Index + 1}: {line.Item.Trim()}";

        mentions.ShouldBeEmpty("It would hold in one topology and not in the other (docs/adr/0049). Put it into src/Shared/Topology, src/Shared/RabbitMq or tests/Testing/Topologies.");
    }

    [GeneratedRegex("topolog|rabbit|broker|Modules(:|__)|Contracts(:|__)|Endpoints(:|__)Internal", RegexOptions.IgnoreCase | RegexOptions.ExplicitCapture)]
    private static partial Regex Mention();

    [GeneratedRegex("[/\\\\](bin|obj)[/\\\\]", RegexOptions.ExplicitCapture)]
    private static partial Regex BuildOutput();

    [Fact]
    public void Program_adds_what_stands_at_the_side_by_one_line_each()
    {
        var lines = File.ReadAllLines(Path.Combine(Solution.Sources, "Host/Program.cs"));

        foreach (var project in Layers.AtTheSide)
            lines.Count(line => line.Contains($".Add{project}(", StringComparison.Ordinal)).ShouldBe(1, $"Add{project} in Program.cs");
        Directory.GetFiles(Path.Combine(Solution.Sources, "Host"), "*.cs", SearchOption.AllDirectories)
            .Where(file => Path.GetFileName(file) != "Program.cs" && !file.Contains("/Host/Console/", StringComparison.Ordinal)) // its pages show all parts together
            .Where(file => Layers.AtTheSide.Any(project => File.ReadAllText(file).Contains($"ECommerce.{project};", StringComparison.Ordinal)))
            .ShouldBeEmpty("Only Program.cs knows the projects at the side: let them bring their endpoints, checks and middleware themselves.");
    }

    [Theory]
    [MemberData(nameof(Projects))]
    public void The_folders_of_a_project_use_each_other_in_one_direction(string project)
    {
        var uses = FolderUses.Of(project);

        uses.Where(use => uses.Reaches(use.To, use.From)).Select(use => use.ToString()).ShouldBeEmpty(
            $"Folders of src/Shared/{project} use each other in a circle. Move one of the types named here to the folder that the others may use.");
    }

    [Fact]
    public void Assumptions_about_the_inside_of_frameworks_stand_in_one_file() => Directory.GetFiles(Solution.Sources, "*.cs", SearchOption.AllDirectories)
        .Where(file => Path.GetFileName(file) != "FrameworkInternals.cs" && !file.Contains("/obj/", StringComparison.Ordinal))
        .SelectMany(file => File.ReadLines(file).Where(line => Assumption().IsMatch(line)).Select(line => $"{Path.GetRelativePath(Solution.Sources, file)}: {line.Trim()}"))
        .ShouldBeEmpty("What is assumed of a framework's inside belongs into src/Shared/Hosting/Framework/FrameworkInternals.cs, with a test in FrameworkInternalsTests.");

    [Fact]
    public void Uses_are_found_in_signatures_bodies_lambdas_and_attributes()
    {
        var uses = FolderUses.Of("Data").Select(use => $"{use.Type} {use.Used}").ToArray();

        uses.ShouldContain("ModuleDataSources DatabaseServer"); // a constructor's parameter
        uses.ShouldContain("DatabaseRegistration StatementTiming"); // a type argument of a call
        uses.ShouldContain("ModuleDb StatementCalls"); // a method made a delegate
        uses.ShouldContain("ModuleDb StatementRetries"); // a call in the filter of a catch, in a state machine
    }

    // A switch, a service by the name of its type, a property of the framework's own, the wording of an exception.
    [GeneratedRegex(@"AppContext\.\w*Switch|ImplementationType\?*\.Name|""__\w+""|\.Message(\s*(==|is\s"")|\.(Contains|StartsWith|EndsWith|IndexOf)\()|Match\(\w+\.Message", RegexOptions.ExplicitCapture)]
    private static partial Regex Assumption();
}
