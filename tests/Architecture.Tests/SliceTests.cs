using ECommerce.Hosting;
using ECommerce.Modules;
using FluentValidation;
using MediatR;

namespace ECommerce.Architecture.Tests;

public sealed class SliceTests
{
    [Fact]
    public void Every_command_and_query_has_exactly_one_handler()
    {
        var handlers = All(typeof(IRequestHandler<,>));

        foreach (var request in Solution.Requests)
            handlers.Count(handled => handled == request).ShouldBe(1, request.Told());
    }

    [Fact]
    public void Whatever_a_caller_says_beyond_ids_is_checked_by_exactly_one_set_of_rules()
    {
        var rules = All(typeof(IValidator<>));

        foreach (var request in Solution.Requests)
            rules.Count(checks => checks == request).ShouldBe(SaysMoreThanIds(request) ? 1 : 0, request.Told());
    }

    [Fact]
    public void Every_file_at_a_modules_root_is_a_use_case_or_the_module()
    {
        foreach (var module in Solution.ModuleAssemblies)
        {
            var name = module.GetName().Name!;
            foreach (var file in Directory.GetFiles(Path.Combine(Solution.Sources, "Modules", name.Split('.')[^1]), "*.cs"))
            {
                var type = module.GetType($"{name}.{Path.GetFileNameWithoutExtension(file)}");
                (type is not null && (IsModule(type) || IsUseCase(type))).ShouldBeTrue($"{file} belongs into a folder: it is neither the module nor a use case.");
            }
        }
    }

    // What the token or the server says needs no rules: ids, the caller, the version that a header names.
    private static bool SaysMoreThanIds(Type request) => request.GetProperties().Any(property =>
        property.PropertyType != typeof(Guid) && property.PropertyType != typeof(ECommerce.Web.Caller) && property.PropertyType != typeof(ECommerce.Web.IfMatch));

    private static bool IsModule(Type type) => typeof(IModule).IsAssignableFrom(type);

    private static bool IsUseCase(Type type) => type.GetNestedTypes(System.Reflection.BindingFlags.Public | System.Reflection.BindingFlags.NonPublic).Append(type)
        .Any(part => part.Implements(typeof(IRequestHandler<,>)) || part.Implements(typeof(INotificationHandler<>)) || part.IsSubclassOf(typeof(PeriodicJob)));

    /// <summary>For every implementation in the modules, the first type that it is closed over.</summary>
    private static Type[] All(Type open) =>
        [.. Solution.ModuleAssemblies.SelectMany(module => module.GetTypes()).SelectMany(type => type.Closing(open)).Select(closed => closed.GetGenericArguments()[0])];
}
