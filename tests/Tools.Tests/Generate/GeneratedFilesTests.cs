using ECommerce.Generate;

namespace ECommerce.Tools.Tests.Generate;

/// <summary>The generated files of the repository against their sources.</summary>
public sealed class GeneratedFilesTests(ShopFixture shop) : IClassFixture<ShopFixture>
{
    [Fact]
    public async Task The_tree_is_what_make_generate_makes() =>
        GeneratedTree.Differences(await GeneratedTree.MakeAsync(shop))
            .Select(file => $"{file.Path} differs at {file.FirstLine}")
            .ShouldBeEmpty("Run make generate, and read the differences before you commit them.");
}
