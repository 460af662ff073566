using ECommerce.Modules;

namespace ECommerce.Architecture.Tests;

public sealed class VisibilityTests
{
    [Fact]
    public void A_module_shows_others_its_IModule_and_nothing_else()
    {
        foreach (var module in Solution.ModuleAssemblies)
            typeof(IModule).IsAssignableFrom(module.GetExportedTypes().ShouldHaveSingleItem()).ShouldBeTrue(module.GetName().Name);
    }

    [Fact]
    public void A_module_knows_the_contracts_of_others_and_never_the_others()
    {
        foreach (var module in Solution.ModuleAssemblies)
            Known(module).ShouldAllBe(
                name => Layers.InOrder.Contains(name.Replace("ECommerce.", "")) || name.EndsWith(".Contracts"),
                module.GetName().Name);
    }

    [Fact]
    public void Contracts_know_the_kernel_and_no_other_part_of_the_house()
    {
        foreach (var contracts in Solution.Contracts)
            Known(contracts).ShouldBeSubsetOf(["ECommerce.Kernel"], contracts.GetName().Name);
    }

    [Fact]
    public void Contracts_use_MediatR_and_no_other_library()
    {
        foreach (var contracts in Solution.Contracts)
            contracts.GetReferencedAssemblies().Select(name => name.Name!).Where(name => !name.StartsWith("System.", StringComparison.Ordinal))
                .ShouldBeSubsetOf(["ECommerce.Kernel", "MediatR"], contracts.GetName().Name);
    }

    private static IEnumerable<string> Known(Assembly assembly) =>
        assembly.GetReferencedAssemblies().Select(name => name.Name!).Where(name => name.StartsWith("ECommerce.", StringComparison.Ordinal));
}
