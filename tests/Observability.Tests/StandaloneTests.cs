namespace Observability.Tests;

/// <summary>Observability can be used without the shop, and so knows nothing of it.</summary>
public sealed class StandaloneTests
{
    private static readonly string Source = Path.Combine(Repository.Root, "src/Shared/Observability");

    [Fact]
    public void The_assembly_references_no_part_of_the_shop() => typeof(ObservabilitySetup).Assembly.GetReferencedAssemblies()
        .ShouldAllBe(reference => !reference.Name!.StartsWith("ECommerce", StringComparison.Ordinal));

    [Fact]
    public void Every_type_is_in_a_namespace_of_the_package() => typeof(ObservabilitySetup).Assembly.GetTypes()
        .Where(type => type.Namespace is { } name && !name.StartsWith("System.", StringComparison.Ordinal) && !name.StartsWith("Microsoft.", StringComparison.Ordinal))
        .ShouldAllBe(type => type.Namespace == "Observability" || type.Namespace!.StartsWith("Observability.", StringComparison.Ordinal));

    [Fact]
    public void No_file_names_the_shop() => Directory.EnumerateFiles(Source, "*", SearchOption.AllDirectories)
        .Where(file => Path.GetExtension(file) is ".cs" or ".md"
            && !Path.GetRelativePath(Source, file).StartsWith("obj", StringComparison.Ordinal)
            && !Path.GetRelativePath(Source, file).StartsWith("bin", StringComparison.Ordinal))
        .Where(file => File.ReadAllText(file).Contains("ecommerce", StringComparison.OrdinalIgnoreCase))
        .Select(file => Path.GetRelativePath(Source, file))
        .ShouldBeEmpty();
}
