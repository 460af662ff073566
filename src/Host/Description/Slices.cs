using System.Collections.Concurrent;
using System.Reflection;
using System.Runtime.CompilerServices;
using System.Text.RegularExpressions;
using System.Xml.Linq;
using FluentValidation;
using FluentValidation.Internal;
using FluentValidation.Validators;
using Microsoft.AspNetCore.Mvc.ApiExplorer;

namespace ECommerce.Host.Description;

/// <summary>Finds the slice that declares an endpoint: the outermost type around its handler.</summary>
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

/// <summary>The XML documentation of types and members, read from the files beside the assemblies.</summary>
internal sealed partial class SliceSummaries
{
    private readonly ConcurrentDictionary<Assembly, Dictionary<string, XElement>> _files = new();

    /// <summary>The summary of a type.</summary>
    public string? Of(Type type) => Find(type.Assembly, $"T:{Id(type)}")?.Element("summary") is { } summary ? Plain(summary) : null;

    /// <summary>The summary of a property; that of a record's property is the parameter's text.</summary>
    public string? OfMember(Type type, string property)
    {
        var declared = Find(type.Assembly, $"T:{Id(type)}");
        if (declared?.Element("inheritdoc")?.Attribute("cref")?.Value is { } source)
            declared = Find(type.Assembly, source);
        var parameter = declared?.Elements("param").FirstOrDefault(one => one.Attribute("name")?.Value == property);
        return (parameter ?? Find(type.Assembly, $"P:{Id(type)}.{property}")?.Element("summary")) is { } text ? Plain(text) : null;
    }

    private static string Id(Type type) => (type.IsGenericType ? type.GetGenericTypeDefinition() : type).FullName!.Replace('+', '.');

    private XElement? Find(Assembly assembly, string id) => _files.GetOrAdd(assembly, Read).GetValueOrDefault(id);

    private static Dictionary<string, XElement> Read(Assembly assembly)
    {
        var path = Path.ChangeExtension(assembly.Location, ".xml");
        return File.Exists(path)
            ? XDocument.Load(path).Descendants("member").ToDictionary(member => member.Attribute("name")!.Value, StringComparer.Ordinal)
            : [];
    }

    private static string Plain(XElement summary)
    {
        var words = summary.Nodes().Select(node => node switch
        {
            XText text => text.Value,
            // <see cref="T:ECommerce.Orders.Pay"/> is shown by its last name.
            XElement { Value: "" } see => (see.Attribute("cref") ?? see.Attribute("langword") ?? see.Attribute("name"))?.Value.Split('.', ':')[^1],
            XElement element => element.Value,
            _ => "",
        });
        return Spaces().Replace(string.Concat(words), " ").Trim();
    }

    [GeneratedRegex(@"\s+")]
    private static partial Regex Spaces();
}

/// <summary>The validators of slices, from which the description takes its limits.</summary>
internal sealed class SliceRules(IServiceProvider services)
{
    /// <param name="slice">A type with nested <c>Rules</c>.</param>
    /// <param name="field">The member's name in JSON or in the query string.</param>
    public IEnumerable<IPropertyValidator> Of(Type slice, string field) =>
        RulesOf(slice, field).Where(rule => rule is not { HasCondition: true, Validator: INotEmptyValidator }).Select(rule => rule.Validator);

    /// <summary>Whether the member is required.</summary>
    public bool Demand(Type slice, string field) =>
        RulesOf(slice, field).Any(rule => rule is { HasCondition: false, Validator: INotNullValidator or INotEmptyValidator });

    /// <summary>The validators of a member of a nested object, such as a line of an order.</summary>
    public IEnumerable<IPropertyValidator> OfPart(Type slice, Type part, string field) =>
        from validator in ValidatorsOf(slice)
        from rule in validator.CreateDescriptor().Rules
        from component in rule.Components
        where component.Validator is IChildValidatorAdaptor
        let child = ChildOf(component.Validator)
        where child is not null && child.CanValidateInstancesOfType(part)
        from inner in child.CreateDescriptor().Rules
        where inner.PropertyName == field
        from described in inner.Components
        select described.Validator;

    private IEnumerable<IRuleComponent> RulesOf(Type slice, string field) =>
        from validator in ValidatorsOf(slice)
        from rule in validator.CreateDescriptor().Rules
        where rule.PropertyName == field && rule.GetType().GetInterfaces().All(kind => !kind.Name.StartsWith("ICollectionRule", StringComparison.Ordinal))
        from component in rule.Components
        select component;

    private IEnumerable<IValidator> ValidatorsOf(Type slice) =>
        from type in slice.GetNestedTypes(BindingFlags.Public | BindingFlags.NonPublic)
        from contract in type.GetInterfaces()
        where contract.IsGenericType && contract.GetGenericTypeDefinition() == typeof(IValidator<>)
        let rules = (IValidator?)services.GetService(contract)
        where rules is not null
        select rules;

    // ChildValidatorAdaptor<T, TProperty>.GetValidator(ValidationContext<T>, TProperty): the child rules of this shop depend on neither.
    private static IValidator? ChildOf(IPropertyValidator adaptor)
    {
        if (adaptor.GetType().GetMethod("GetValidator") is not { } method || method.GetParameters() is not [var context, _])
            return null;
        return method.Invoke(adaptor, [RuntimeHelpers.GetUninitializedObject(context.ParameterType), null]) as IValidator;
    }
}
