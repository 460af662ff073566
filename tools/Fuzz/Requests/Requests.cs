using ECommerce.Traffic;

namespace ECommerce.Fuzz.Requests;

/// <summary>What is tried with a request.</summary>
internal enum ValueClass
{
    Valid,
    Edge,
    Kind,
    Shape,
    Text,
    Coding,
    Identity,
    Header,
    Address,
    Method,
    Wire,
    Operators,
}

/// <summary>
/// The request of each number: the same for the same seed, but for the ids, tokens and ETags that the shop has made meanwhile.
/// </summary>
internal sealed class Requests(int seed, Description description, World world, Operators? operators)
{
    private static readonly (ValueClass Class, double Weight)[] Classes =
    [
        (ValueClass.Valid, 22), (ValueClass.Edge, 18), (ValueClass.Kind, 8), (ValueClass.Shape, 8), (ValueClass.Text, 10), (ValueClass.Coding, 5),
        (ValueClass.Identity, 8), (ValueClass.Header, 8), (ValueClass.Address, 7), (ValueClass.Method, 2), (ValueClass.Wire, 4),
    ];

    private const double ShareOfOperators = 0.03;

    private readonly ValidRequests _valid = new(world);
    private readonly Bodies _bodies = new(description, new(description));
    private readonly Addresses _addresses = new(description, new(description));
    private readonly Identities _identities = new(world);

    public (Draft Draft, ValueClass Class) Of(int number)
    {
        var dice = new SeededRandom(SeedOf(seed, number));
        if (dice.Chance(ShareOfOperators) && operators is not null)
            return (operators.Of(dice), ValueClass.Operators);

        var operation = dice.Pick(description.Operations, one => one.Path.StartsWith("/api", StringComparison.Ordinal) ? 3 : 1);
        var draft = _valid.Of(operation, dice);
        var (kind, _) = dice.Pick(Classes, one => one.Weight);
        return (draft, Bend(draft, kind, dice));
    }

    /// <returns>What was done in the end: an operation without a body has no member to leave out.</returns>
    private ValueClass Bend(Draft draft, ValueClass kind, SeededRandom dice)
    {
        switch (kind)
        {
            case ValueClass.Valid:
            case ValueClass.Edge when dice.Chance(0.7) && _bodies.AtAnEdge(draft, dice):
            case ValueClass.Edge when _addresses.AtAnEdge(draft, dice):
            case ValueClass.Kind when dice.Chance(0.7) && _bodies.OfAnotherKind(draft, dice):
            case ValueClass.Kind when Addresses.OfAnotherKind(draft, dice):
            case ValueClass.Shape when Bodies.OfAnotherShape(draft, dice):
            case ValueClass.Text when dice.Chance(0.7) && _bodies.HostileText(draft, dice):
            case ValueClass.Text when Addresses.HostileText(draft, dice):
            case ValueClass.Coding when Bodies.InAnotherCoding(draft, dice):
                return kind;
            case ValueClass.Identity:
                _identities.Bend(draft, dice);
                return kind;
            case ValueClass.Header:
                HeaderValues.Bend(draft, dice);
                return kind;
            case ValueClass.Method:
                _addresses.OtherMethod(draft, dice);
                return kind;
            case ValueClass.Wire when !draft.Operation.IsProbe:
                WireOddities.Bend(draft, dice);
                return kind;
            default:
                Addresses.Odd(draft, dice);
                return ValueClass.Address;
        }
    }

    // SplitMix64's last step: neighbours have nothing in common.
    private static int SeedOf(int seed, int number)
    {
        var mixed = unchecked(((ulong)(uint)seed << 32 | (uint)number) + 0x9E3779B97F4A7C15);
        mixed = unchecked((mixed ^ (mixed >> 30)) * 0xBF58476D1CE4E5B9);
        mixed = unchecked((mixed ^ (mixed >> 27)) * 0x94D049BB133111EB);
        return (int)((mixed ^ (mixed >> 31)) & int.MaxValue);
    }
}
