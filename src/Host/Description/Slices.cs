using System.Collections.Concurrent;
using System.Reflection;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Validators;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace ECommerce.Host.Description;

/// <summary>From an endpoint to the slice that declares it: the outermost type around its handler.</summary>
internal static class Slices
{
    public static MethodInfo? Handler(this ApiDescription endpoint) => endpoint.ActionDescriptor.EndpointMetadata.OfType<MethodInfo>().LastOrDefault();

    public static Type? Slice(this ApiDescription endpoint)
    {
        var type = endpoint.Handler()?.DeclaringType;
        while (type?.DeclaringType is { } outer)
            type = outer;
        return type;
    }
}

/// <summary>What each slice says of itself, read from the documentation file beside its assembly.</summary>
internal sealed partial class SliceSummaries
{
    private readonly ConcurrentDictionary<Assembly, Dictionary<string, string>> _files = new();

    public string? Of(Type slice) => _files.GetOrAdd(slice.Assembly, Read).GetValueOrDefault($"T:{slice.FullName}");

    private static Dictionary<string, string> Read(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member")
                .Where(member => member.Element("summary") is not null)
                .ToDictionary(member => member.Attribute("name")!.Value, member => Plain(member.Element("summary")!), StringComparer.Ordinal)
            : [];
    }

    private static string Plain(XElement summary)
    {
        var words = summary.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            // <see cref="T:ECommerce.Orders.Pay"/> is told by its last name.
            XElement { Value: "" } see => (see.Attribute("cref") ?? see.Attribute("langword") ?? see.Attribute("name"))?.Value.Split('.', ':')[^1],
            XElement element => element.Value,
            _ => "",
        });
        return Spaces().Replace(string.Concat(words), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

/// <summary>The rules of each slice, for the limits that the description tells.</summary>
internal sealed class SliceRules(IServiceProvider services)
{
    /// <param name="slice">A type with a nested <c>Rules</c>.</param>
    /// <param name="field">The member as JSON or the query string names it.</param>
    public IEnumerable<IPropertyValidator> Of(Type slice, string field) => RulesOf(slice, field).Select(rule => rule.Validator);

    /// <summary>Whether it must be given, whatever else is.</summary>
    public bool Demand(Type slice, string field) =>
        RulesOf(slice, field).Any(rule => rule is { HasCondition: false, Validator: INotNullValidator or INotEmptyValidator });

    private IEnumerable<IRuleComponent> RulesOf(Type slice, string field) =>
        from type in slice.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
        from contract in type.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IValidator<>)
        let rules = (IValidator?)services.GetService(contract)
        where rules is not null
        from rule in rules.CreateDescriptor().Rules
        where rule.PropertyName == field && rule.GetType().GetInterfaces().All(kind => !kind.Name.StartsWith("ICollectionRule", StringComparison.Ordinal))
        from component in rule.Components
        select component;
}
