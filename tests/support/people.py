"""People of a test in a real Keycloak: put into its realm as they are named, signed in as people sign in."""

from services.standalone.local_issuer import Person
from tests.support.keycloak import Realm


class RealmPeople:
    """Who issues the tokens of a stack that believes `realm` (tests.support.stack.People)."""

    def __init__(self, realm: Realm) -> None:
        self.realm = realm
        self._tokens: dict[Person, str] = {}
        self._accounts: dict[Person, str] = {}

    def account(self, person: Person) -> str:
        """What a person signs in as."""
        if person not in self._accounts:
            # A number makes an account of each: tests may give one name to people of different units.
            account = f"{person.user}-{len(self._accounts)}"
            groups = [f"/units/{unit}" for unit in person.units]
            groups += [f"/delegations/{delegation}" for delegation in person.delegations]
            self.realm.add(account, groups, [role.value for role in person.roles])
            self._accounts[person] = account
        return self._accounts[person]

    def token(self, person: Person) -> str:
        if person not in self._tokens:
            self._tokens[person] = self.realm.sign_in(self.account(person))["access_token"]
        return self._tokens[person]
