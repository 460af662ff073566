using ECommerce.Text;

namespace ECommerce.Users.Tests;

/// <summary>The host's own normalisation against PostgreSQL's, which knows Unicode 14 or later.</summary>
[Collection(nameof(Shop))]
public sealed class NormalizationTests(ShopFixture shop)
{
    [Theory]
    [InlineData("NFC")]
    [InlineData("NFKC")]
    public async Task Every_code_point_is_normalised_as_the_database_does(string form)
    {
        var changed = (await shop.RowsAsync($"SELECT code, normalize(chr(code), {form}) AS text FROM {All} WHERE normalize(chr(code), {form}) <> chr(code)"))
            .ToDictionary(row => (int)row["code"]!, row => (string)row["text"]!);
        changed.Count.ShouldBeGreaterThan(1000);

        var different = AllCodes().Where(code => Normalize(char.ConvertFromUtf32(code), form) != changed.GetValueOrDefault(code, char.ConvertFromUtf32(code)));

        // Letters that Unicode gained after version 14, the oldest that a supported server has.
        different.Where(code => changed.ContainsKey(code) || !IsNewer(code)).Select(code => $"U+{code:X4}").ShouldBeEmpty();
    }

    [Theory]
    [InlineData("NFC")]
    [InlineData("NFKC")]
    public async Task Letters_with_marks_in_any_order_are_normalised_as_the_database_does(string form)
    {
        var dice = new Random(14);
        int[] bases = [.. "aeoqzAEÅẵ한가ㄱᄀ각àậ".Select(letter => (int)letter), 0x1100, 0x1161, 0x11A8, 0x0915, 0x0B47, 0xFF76, 0x1D15E, 0x212B];
        int[] marks = [0x0300, 0x0301, 0x0302, 0x0307, 0x0308, 0x0323, 0x0327, 0x0328, 0x0345, 0x093C, 0x0B3E, 0x0B57, 0x3099, 0x309A, 0xFF9E, 0x1161, 0x11A8, 0x05B0, 0x0653];
        string[] texts = [.. Enumerable.Range(0, 3000).Select(_ => string.Concat(Enumerable.Range(0, dice.Next(1, 4)).SelectMany(_ =>
            Enumerable.Range(0, dice.Next(0, 5)).Select(_ => marks[dice.Next(marks.Length)]).Prepend(bases[dice.Next(bases.Length)])).Select(char.ConvertFromUtf32)))];

        var expected = (await shop.RowsAsync($"SELECT normalize(text, {form}) AS text FROM unnest(@texts) WITH ORDINALITY AS given (text, number) ORDER BY number", new { texts }))
            .Select(row => (string)row["text"]!);

        texts.Select(text => Normalize(text, form)).ShouldBe(expected);
    }

    private static string Normalize(string text, string form) => form == "NFC" ? UnicodeNormalization.ToNfc(text) : UnicodeNormalization.ToNfkc(text);

    private static IEnumerable<int> AllCodes() => Enumerable.Range(1, 0x10FFFF).Where(code => code is < 0xD800 or > 0xDFFF);

    // Unicode 15 to 17: Cyrillic modifiers, outlined letters, Todhri, Tulu-Tigalari, Gurung Khema, Kirat Rai, Latin modifiers.
    private static bool IsNewer(int code) => code is >= 0x1E030 and <= 0x1E06D or >= 0x1CCD6 and <= 0x1CCF9 or >= 0x105C0 and <= 0x105FF
        or >= 0x11380 and <= 0x113FF or >= 0x16100 and <= 0x1613F or >= 0x16D40 and <= 0x16D7F or >= 0xA7F1 and <= 0xA7F4 or >= 0x10780 and <= 0x107BF;

    private const string All = "(SELECT code FROM generate_series(1, 1114111) AS code WHERE code NOT BETWEEN 55296 AND 57343) AS every";
}
