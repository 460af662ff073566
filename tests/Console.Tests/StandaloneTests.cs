namespace Observability.Console.Tests;

/// <summary>The console can be used without the shop, and so knows nothing of it.</summary>
public sealed class StandaloneTests
{
    [Fact]
    public void The_assembly_references_no_part_of_the_shop() => typeof(ConsoleSetup).Assembly.GetReferencedAssemblies()
        .ShouldAllBe(reference => !reference.Name!.StartsWith("ECommerce", StringComparison.Ordinal));

    [Fact]
    public void Only_what_a_host_plugs_in_and_the_components_are_public() => typeof(ConsoleSetup).Assembly.GetExportedTypes()
        .Where(type => type.Namespace is not ("Observability.Console.Pages" or "Observability.Console.Parts")).Select(type => type.Name)
        .ShouldBe(
        [
            "ConsoleSetup", "ConsoleOptions", "ConsolePageLink", "ConsoleSettings", "StoreState", "ChartUnit", "ConsoleFigure", "FigureValue", "SignalNames",
            "ConsoleRole", "ConsoleUser", "IConsoleAccess", "IConsoleKeys", "KeyCheck", "ConsoleLinks", "IConsoleProblems", "IConsoleAudit", "ConsoleActionResult", "ConsoleActions",
        ], ignoreOrder: true);
}
